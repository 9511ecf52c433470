package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.image.WriteOptions;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that another program made. */
class GenerateForeignTest {
  private static final String TEXT =
      """
      a cat, in a hat
      <lora:detail:0.8>
      Negative prompt: blurry
      Steps: 3, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 61x37, Model: sd, \
      Lora hashes: "detail: 1, b: 2", Version: v1.9""";

  /** Bytes of a PNG before its second chunk: signature and header. */
  private static final int HEAD = 33;

  @TempDir private Path folder;

  private Path foreign(String text) {
    Path file = folder.resolve("foreign.png");
    WriteOptions options = new WriteOptions(Map.of("parameters", text), true);
    ImageFiles.write(RgbImage.of(1, 1, new byte[3]), file, options);
    return file;
  }

  /** Writes a PNG with one text chunk. */
  private Path foreign(String type, String header, byte[] text) throws IOException {
    Path file = folder.resolve(type + text.length + ".png");
    ImageFiles.write(RgbImage.of(1, 1, new byte[3]), file);
    byte[] png = Files.readAllBytes(file);
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    chunk.writeBytes((type + "parameters\0" + header).getBytes(StandardCharsets.ISO_8859_1));
    chunk.writeBytes(text);
    CRC32 checksum = new CRC32();
    checksum.update(chunk.toByteArray());
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      out.write(png, 0, HEAD);
      out.writeInt(chunk.size() - 4);
      out.write(chunk.toByteArray());
      out.writeInt((int) checksum.getValue());
      out.write(png, HEAD, png.length - HEAD);
    }
    return file;
  }

  private static byte[] deflated(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      deflater.write(bytes);
    }
    return out.toByteArray();
  }

  private Run like(Path image, Object... more) {
    Object[] first = {
      "generate",
      "--like",
      image,
      "--model",
      Models.SANA,
      "--max-length",
      8,
      "--no-instruction",
      "-o",
      folder.resolve("cat.png")
    };
    Object[] all = Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return Run.sana(all);
  }

  private GenerationRequest made() {
    return ImageProvenance.read(folder.resolve("cat.png")).request();
  }

  @Test
  void itsSettingsAreTaken() {
    Run run = like(foreign(TEXT)).succeeds();
    GenerationRequest request = made();
    assertThat(request.prompts()).containsExactly("a cat, in a hat");
    assertThat(request.negativePrompt()).isEqualTo("blurry");
    assertThat(request.steps()).isEqualTo(3);
    assertThat(request.guidance()).isEqualTo(7);
    assertThat(request.seed()).isEqualTo(42);
    assertThat(request.size()).isEqualTo(new ImageSize(61, 37));
    assertThat(run.err().lines().filter(line -> line.contains("not applied")))
        .singleElement()
        .asString()
        .startsWith("sana: settings of ")
        .endsWith("foreign.png that are not applied: sampler Euler a, model sd, LoRA detail");
  }

  @Test
  void optionsOverrideItsSettings() {
    like(foreign(TEXT), "a dog", "--seed", 7, "--steps", 1).succeeds();
    assertThat(made().prompts()).containsExactly("a dog");
    assertThat(made().seed()).isEqualTo(7);
    assertThat(made().steps()).isEqualTo(1);
    assertThat(made().guidance()).isEqualTo(7);
  }

  @Test
  void compressedTextsAreRead() throws IOException {
    byte[] text = TEXT.getBytes(StandardCharsets.ISO_8859_1);
    for (Path image :
        new Path[] {
          foreign("tEXt", "", text),
          foreign("zTXt", "\0", deflated(text)),
          foreign("iTXt", "\0\0\0\0", text),
          foreign("iTXt", "\1\0\0\0", deflated(text))
        }) {
      JsonNode shown = Models.JSON.readTree(Run.sana("show", image).succeeds().out());
      assertThat(shown.get("negativePrompt").textValue()).isEqualTo("blurry");
    }
  }

  @Test
  void aTextThatInflatesToMuchIsRefused() throws IOException {
    Path bomb = foreign("zTXt", "\0", deflated(new byte[100 << 20]));
    Run.sana("show", bomb).isRefused("1 MiB");
    like(bomb).isRefused("1 MiB");
  }

  @Test
  void itsSettingsAreShown() throws IOException {
    JsonNode shown = Models.JSON.readTree(Run.sana("show", foreign(TEXT)).succeeds().out());
    assertThat(shown.get("prompt").textValue()).startsWith("a cat, in a hat");
    assertThat(shown.get("settings").get("Lora hashes").textValue()).isEqualTo("detail: 1, b: 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a cat", "Negative prompt: a", "\u001b[2J"})
  void aTextWithoutSettingsIsRefused(String text) {
    Run.sana("show", foreign(text)).isRefused("contains no sana4j request");
    like(foreign(text)).isRefused("contains no sana4j request");
  }

  @Test
  void valuesThatNoRequestCanHaveAreNotTaken() {
    Path image = foreign("a cat\nSteps: 0, Sampler: \u001b[2J, Seed: x, Size: 9x, CFG scale: 1e9");
    Run run = like(image, "--steps", 1, "--seed", 1, "--size", "32x32").succeeds();
    assertThat(run.err()).doesNotContain("\u001b");
    assertThat(made().guidance()).isEqualTo(4.5);
  }

  @Test
  void theOwnTextOfAnImageIsThereUnlessMetadataIsUnwanted() {
    Path image = folder.resolve("cat.png");
    like(foreign(TEXT)).succeeds();
    assertThat(ImageFiles.readTexts(image).get("parameters"))
        .startsWith("a cat, in a hat\nNegative prompt: blurry\nSteps: 3, Sampler: Flow DPM")
        .contains("Seed: 42, Size: 61x37");
    like(foreign(TEXT), "--no-metadata", "--overwrite").succeeds();
    assertThat(ImageFiles.readTexts(image)).isEmpty();
  }

  @Test
  void thePromptOfAnImageToModifyIsUsed() {
    Path image = foreign(TEXT);
    Path made = folder.resolve("made.png");
    Run.sana(Models.generate(Models.SANA, "--init", image, "-o", made, "--size", "32x32"))
        .succeeds();
    assertThat(ImageProvenance.read(made).request().prompts()).containsExactly("a cat, in a hat");
  }
}
