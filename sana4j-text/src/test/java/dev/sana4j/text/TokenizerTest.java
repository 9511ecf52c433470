package dev.sana4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {

  private static final String GEMMA_PROPERTY = "sana4j.gemma.tokenizer";

  @TempDir Path folder;

  @Test
  void tokenizesAsTheReferenceDoes() {
    try (Tokenizer tokenizer = ReferenceFiles.tinyTokenizer()) {
      var samples = ReferenceFiles.samples("pipelines/cases/tiny_tokenizer.json");
      assertThat(samples).isNotEmpty();
      assertThat(samples)
          .allSatisfy(
              sample -> assertThat(boxed(tokenizer.encode(sample.text()))).isEqualTo(sample.ids()));
    }
  }

  @Test
  void tokenizesWithGemmasVocabularyAsTheReferenceDoes() {
    String file = System.getProperty(GEMMA_PROPERTY);
    assumeTrue(file != null, GEMMA_PROPERTY + " names no tokenizer.json");
    try (Tokenizer tokenizer = Tokenizer.load(Path.of(file))) {
      var samples = ReferenceFiles.samples("tokenizer/gemma_ids.json");
      assertThat(samples).isNotEmpty();
      assertThat(samples)
          .allSatisfy(
              sample -> assertThat(boxed(tokenizer.encode(sample.text()))).isEqualTo(sample.ids()));
      assertThat(tokenizer.padId()).isZero();
    }
  }

  @Test
  void neitherTruncatesNorPads() {
    try (Tokenizer tokenizer = ReferenceFiles.tinyTokenizer()) {
      int[] once = tokenizer.encode("zq");
      int[] often = tokenizer.encode("zq".repeat(5000));
      assertThat(often.length).isGreaterThan(5000);
      assertThat(once.length).isLessThan(10);
    }
  }

  @Test
  void ignoresTheFilesOwnTruncationAndPadding() throws IOException {
    String json =
        Files.readString(ReferenceFiles.path("pipelines/tiny-sana/tokenizer/tokenizer.json"));
    Path limited = folder.resolve("tokenizer.json");
    String truncation =
        "\"truncation\": {\"direction\": \"Right\", \"max_length\": 2, \"strategy\":"
            + " \"LongestFirst\", \"stride\": 0}";
    String padding =
        "\"padding\": {\"strategy\": {\"Fixed\": 64}, \"direction\": \"Right\","
            + " \"pad_to_multiple_of\": null, \"pad_id\": 0, \"pad_type_id\": 0, \"pad_token\":"
            + " \"<pad>\"}";
    Files.writeString(
        limited,
        json.replace("\"truncation\": null", truncation).replace("\"padding\": null", padding));
    try (Tokenizer tokenizer = ReferenceFiles.tinyTokenizer();
        Tokenizer other = Tokenizer.load(limited)) {
      assertThat(other.encode("zq zq zq")).containsExactly(tokenizer.encode("zq zq zq"));
    }
  }

  @Test
  void findsTheIdOfThePadToken() throws IOException {
    Path moved = folder.resolve("tokenizer.json");
    String json =
        Files.readString(ReferenceFiles.path("pipelines/tiny-sana/tokenizer/tokenizer.json"));
    Files.writeString(
        moved, json.replace("\"<pad>\"", "\"<x>\"").replace("\"<unk>\"", "\"<pad>\""));
    try (Tokenizer tokenizer = ReferenceFiles.tinyTokenizer();
        Tokenizer other = Tokenizer.load(moved)) {
      assertThat(tokenizer.padId()).isZero();
      assertThat(other.padId()).isEqualTo(3);
    }
  }

  @Test
  void readsAnUnpairedSurrogateAsTheReplacementCharacter() {
    try (Tokenizer tokenizer = ReferenceFiles.tinyTokenizer()) {
      assertThat(tokenizer.encode("a\uD83Db\uDE00"))
          .containsExactly(tokenizer.encode("a\uFFFDb\uFFFD"));
    }
  }

  @Test
  void staysOffTheNetwork() {
    try (Tokenizer tokenizer = ReferenceFiles.tinyTokenizer()) {
      assertThat(tokenizer.padId()).isZero();
      assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
    }
  }

  @Test
  void encodingAfterCloseIsRefused() {
    Tokenizer tokenizer = ReferenceFiles.tinyTokenizer();
    tokenizer.close();
    assertThatThrownBy(() -> tokenizer.encode("a")).isInstanceOf(TextException.class);
  }

  @Test
  void namesAMissingFile() {
    assertRefused(folder.resolve("tokenizer.json"), "does not exist");
  }

  @Test
  void namesAFolder() {
    assertRefused(folder, "is not a file");
  }

  @Test
  void namesADamagedFile() throws IOException {
    byte[] json =
        Files.readAllBytes(ReferenceFiles.path("pipelines/tiny-sana/tokenizer/tokenizer.json"));
    Path cut = folder.resolve("cut.json");
    Files.write(cut, Arrays.copyOf(json, json.length / 2));
    assertRefused(cut, "is not a readable tokenizer.json");
    Path other = folder.resolve("other.json");
    Files.writeString(other, "{\"version\": \"1.0\"}");
    assertRefused(other, "is not a readable tokenizer.json");
    Path binary = folder.resolve("binary.json");
    Files.write(binary, new byte[] {0, (byte) 0xFF, (byte) 0xC0, 7});
    assertRefused(binary, "is not a readable tokenizer.json");
  }

  @Test
  void namesWhatLiesInPlaceOfTheFile() throws IOException {
    assertRefused(Files.createFile(folder.resolve("empty.json")), "the file is empty");
    Path pointer = folder.resolve("pointer.json");
    Files.writeString(pointer, "version https://git-lfs.github.com/spec/v1\noid sha256:00\n");
    assertRefused(pointer, "is a Git LFS pointer");
    Path page = folder.resolve("page.json");
    Files.writeString(page, "<!DOCTYPE html><html></html>");
    assertRefused(page, "is a web page");
  }

  @Test
  void refusesAFileOfAbsurdSizeUnread() throws IOException {
    Path huge = folder.resolve("huge.json");
    try (var file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(Tokenizer.MAX_FILE_BYTES + 1);
    }
    assertRefused(huge, "at most");
  }

  private static List<Integer> boxed(int[] ids) {
    return Arrays.stream(ids).boxed().toList();
  }

  private static void assertRefused(Path file, String reason) {
    assertThatThrownBy(() -> Tokenizer.load(file))
        .isInstanceOf(TextException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(reason)
        .message()
        .hasLineCount(1);
  }
}
