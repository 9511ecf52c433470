package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PngTextsTest {

  private static final byte[] HEADER = TrainingImages.header(1, 1, 8, 2);

  @TempDir Path folder;

  @Test
  void textsInAnyScriptComeBack() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("prompt", "一只戴着红色围巾的猫 🐱 <&\"'> \n second line");
    texts.put("sana4j request", "{\"seed\": 42}");
    texts.put("empty", "");
    Path file = folder.resolve("image.png");
    ImageFiles.write(TrainingImages.noise(9, 9), file, new WriteOptions(texts, false));
    assertThat(ImageFiles.readTexts(file)).isEqualTo(texts);
    assertThat(ImageFiles.read(file).rgb()).isEqualTo(TrainingImages.noise(9, 9).rgb());
  }

  @Test
  void aTextIsInternationalOnlyIfItIsNotLatin() throws IOException {
    Map<String, String> texts = Map.of("a", "caf\u00E9\nau lait", "b", "猫", "c", "tab\t");
    Path file = folder.resolve("image.png");
    ImageFiles.write(TrainingImages.noise(9, 9), file, new WriteOptions(texts, false));
    String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    assertThat(content).contains("tEXta\0caf\u00E9\nau lait", "iTXtb\0", "iTXtc\0");
    assertThat(ImageFiles.readTexts(file)).isEqualTo(texts);
  }

  @Test
  void aPngWithoutTextsHasNone() {
    Path file = folder.resolve("image.png");
    ImageFiles.write(TrainingImages.noise(9, 9), file);
    assertThat(ImageFiles.readTexts(file)).isEmpty();
  }

  @Test
  void allThreeKindsOfTextChunksAreRead() throws IOException {
    byte[] utf8 = "猫".getBytes(StandardCharsets.UTF_8);
    Path file =
        png(
            TrainingImages.chunk("tEXt", TrainingImages.latin("plain\0caf\u00E9")),
            TrainingImages.chunk(
                "zTXt",
                TrainingImages.latin("small\0\0"),
                TrainingImages.deflated(TrainingImages.latin("\u00E9"))),
            TrainingImages.chunk("iTXt", TrainingImages.latin("wide\0\0\0zh\0kat\0"), utf8),
            TrainingImages.chunk(
                "iTXt", TrainingImages.latin("both\0\u0001\0\0\0"), TrainingImages.deflated(utf8)));
    assertThat(ImageFiles.readTexts(file))
        .containsExactly(
            entry("plain", "café"), entry("small", "é"), entry("wide", "猫"), entry("both", "猫"));
  }

  @Test
  void ofARepeatedKeywordTheLastTextCounts() throws IOException {
    Path file =
        png(
            TrainingImages.chunk("tEXt", TrainingImages.latin("a\0first")),
            TrainingImages.chunk("tEXt", TrainingImages.latin("a\0last")));
    assertThat(ImageFiles.readTexts(file)).containsExactly(entry("a", "last"));
  }

  @Test
  void aDecompressionBombIsRefused() throws IOException {
    byte[] bomb = TrainingImages.deflated(new byte[64 << 20]);
    assertThat(bomb.length).isLessThan(1 << 17);
    assertRefused(
        png(TrainingImages.chunk("zTXt", TrainingImages.latin("a\0\0"), bomb)),
        "inflates to more than 1 MiB");
    assertRefused(
        png(TrainingImages.chunk("iTXt", TrainingImages.latin("a\0\u0001\0\0\0"), bomb)),
        "inflates to more than 1 MiB");
  }

  @Test
  void tooMuchTextIsRefused() throws IOException {
    byte[] large = new byte[(1 << 20) + 5000];
    assertRefused(
        png(TrainingImages.chunk("tEXt", TrainingImages.latin("a\0"), large)),
        "text chunk of more than 1 MiB");
    byte[] mebibyte = TrainingImages.deflated(new byte[1 << 20]);
    byte[][] chunks = new byte[17][];
    Arrays.fill(chunks, TrainingImages.chunk("zTXt", TrainingImages.latin("a\0\0"), mebibyte));
    assertRefused(png(chunks), "more than 16 MiB of text");
  }

  @Test
  void tooManyTextsAreRefused() throws IOException {
    byte[][] chunks = new byte[1001][];
    Arrays.fill(chunks, TrainingImages.chunk("tEXt", TrainingImages.latin("a\0b")));
    assertRefused(png(chunks), "more than 1000 text chunks");
  }

  @Test
  void manyPixelChunksAreNoReasonToRefuse() throws IOException {
    byte[][] chunks = new byte[3000][];
    Arrays.fill(chunks, TrainingImages.chunk("IDAT", new byte[10]));
    chunks[2999] = TrainingImages.chunk("tEXt", TrainingImages.latin("a\0b"));
    assertThat(ImageFiles.readTexts(png(chunks))).containsExactly(entry("a", "b"));
  }

  @Test
  void aTruncatedFileIsRefusedWhereverItEnds() throws IOException {
    byte[] whole =
        Files.readAllBytes(png(TrainingImages.chunk("tEXt", TrainingImages.latin("a\0b"))));
    for (int length = 8; length < whole.length; length++) {
      Path cut = Files.write(folder.resolve("cut.png"), Arrays.copyOf(whole, length));
      assertRefused(cut, "is damaged: the file is cut short");
    }
  }

  @Test
  void aChunkThatClaimsTwoGigabytesIsRefusedUnread() throws IOException {
    for (String type : new String[] {"tEXt", "IDAT"}) {
      byte[] chunk = TrainingImages.chunk(type, new byte[8]);
      chunk[0] = 0x7F;
      Path file =
          Files.write(
              folder.resolve("huge.png"),
              TrainingImages.join(TrainingImages.latin(PngTexts.SIGNATURE), chunk));
      assertThatThrownBy(() -> ImageFiles.readTexts(file)).isInstanceOf(ImageException.class);
    }
    byte[] negative = TrainingImages.chunk("IDAT", new byte[8]);
    negative[0] = (byte) 0x80;
    assertRefused(png(negative), "negative length");
  }

  @Test
  void aWrongChecksumIsRefused() throws IOException {
    byte[] chunk = TrainingImages.chunk("tEXt", TrainingImages.latin("a\0b"));
    chunk[10] ^= 1;
    assertRefused(png(chunk), "the checksum of chunk tEXt is wrong");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tEXt:",
        "tEXt:a",
        "zTXt:a\0",
        "zTXt:a\0\1",
        "zTXt:a\0\0rubbish",
        "iTXt:a\0",
        "iTXt:a\0\0",
        "iTXt:a\0\0\0",
        "iTXt:a\0\0\0\0",
        "iTXt:a\0\1\0\0\0rubbish"
      })
  void aMalformedTextChunkIsRefused(String chunk) throws IOException {
    String[] parts = chunk.split(":", 2);
    assertRefused(
        png(TrainingImages.chunk(parts[0], TrainingImages.latin(parts[1]))),
        "a text chunk is malformed");
  }

  @Test
  void whatIsNoPngIsRefused() throws IOException {
    assertRefused(Files.writeString(folder.resolve("a.png"), "not a png at all"), "not a PNG file");
    assertRefused(Files.createFile(folder.resolve("b.png")), "not a PNG file");
    assertRefused(folder, "not a regular file");
    assertRefused(folder.resolve("missing.png"), "does not exist");
  }

  @Test
  void aFileOfAbsurdSizeIsRefusedUnread() throws IOException {
    Path file = folder.resolve("huge.png");
    try (var huge = new RandomAccessFile(file.toFile(), "rw")) {
      huge.setLength((512L << 20) + 1);
    }
    assertRefused(file, "at most 512 MiB");
  }

  @Test
  void textsThatWouldNotComeBackAreNotWritten() {
    assertNotWritten(Map.of("", "x"), "is not a valid PNG keyword");
    assertNotWritten(Map.of("猫", "x"), "is not a valid PNG keyword");
    assertNotWritten(Map.of("k".repeat(80), "x"), "is not a valid PNG keyword");
    assertNotWritten(Map.of(" a", "x"), "is not a valid PNG keyword");
    assertNotWritten(Map.of("a", "x\0"), "contains a NUL");
    assertNotWritten(Map.of("a", "x".repeat((1 << 20) + 1)), "is too long");
    Map<String, String> many = new LinkedHashMap<>();
    Collections.nCopies(1001, "").forEach(text -> many.put("k" + many.size(), text));
    assertNotWritten(many, "at most 1000 texts");
  }

  private void assertNotWritten(Map<String, String> texts, String reason) {
    Path file = folder.resolve("image.png");
    assertThatThrownBy(
            () ->
                ImageFiles.write(TrainingImages.noise(2, 2), file, new WriteOptions(texts, false)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(reason);
    assertThat(file).doesNotExist();
  }

  private Path png(byte[]... chunks) throws IOException {
    return TrainingImages.png(
        folder.resolve("made.png"), TrainingImages.join(HEADER, TrainingImages.join(chunks)));
  }

  private static void assertRefused(Path file, String reason) {
    assertThatThrownBy(() -> ImageFiles.readTexts(file))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(reason);
  }
}
