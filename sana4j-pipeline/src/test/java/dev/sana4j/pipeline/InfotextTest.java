package dev.sana4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.entry;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.image.WriteOptions;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InfotextTest {
  /** As AUTOMATIC1111 writes it. */
  private static final String FOREIGN =
      """
      a (red:1.2) cat, in a hat,
      detailed <lora:add_detail:0.8> <lora:other>
      Negative prompt: blurry, (worst quality:2),
      watermark
      Steps: 25, Sampler: Euler a, Schedule type: Automatic, CFG scale: 7.5, Seed: 1234567890123, \
      Size: 512x768, Model hash: 6ce0161689, Model: v1-5-pruned, Denoising strength: 0.45, \
      Lora hashes: "add_detail: 7c6bad76eb54, other: a\\"b", Hires prompt: "one,\\ntwo", \
      Version: v1.9.4\
      """;

  @TempDir private Path folder;

  private static GenerationRequest.Builder cat() {
    return GenerationRequest.builder(List.of("a cat"));
  }

  @Test
  void promptAndSettingsOfAnotherProgramAreRead() {
    Infotext read = Infotext.parse(FOREIGN);
    assertThat(read.prompt())
        .isEqualTo("a (red:1.2) cat, in a hat,\ndetailed <lora:add_detail:0.8> <lora:other>");
    assertThat(read.negativePrompt()).isEqualTo("blurry, (worst quality:2),\nwatermark");
    assertThat(read.settings())
        .hasSize(12)
        .contains(
            entry("Steps", "25"),
            entry("Sampler", "Euler a"),
            entry("Model", "v1-5-pruned"),
            entry("Lora hashes", "add_detail: 7c6bad76eb54, other: a\"b"),
            entry("Hires prompt", "one,\ntwo"),
            entry("Version", "v1.9.4"));
    assertThat(read.strength()).hasValue(0.45);
  }

  @Test
  void adaptersInThePromptAreNoWords() {
    Infotext read = Infotext.parse(FOREIGN);
    assertThat(read.loras())
        .containsExactly(new Infotext.Lora("add_detail", 0.8), new Infotext.Lora("other", 1));
    assertThat(read.promptWithoutLoras()).isEqualTo("a (red:1.2) cat, in a hat,\ndetailed");
  }

  @Test
  void aRequestTakesTheSettingsOfAnotherProgram() {
    GenerationRequest request = Infotext.parse(FOREIGN).applyTo(cat()).build();
    assertThat(request.steps()).isEqualTo(25);
    assertThat(request.guidance()).isEqualTo(7.5);
    assertThat(request.seed()).isEqualTo(1234567890123L);
    assertThat(request.size()).isEqualTo(new ImageSize(512, 768));
    assertThat(request.negativePrompt()).startsWith("blurry");
  }

  @Test
  void settingsThatNoRequestCanHaveAreNotTaken() {
    String text =
        "a dog\nSteps: many, Seed: 99999999999999999999, Size: 0x7, CFG scale: NaN, Eta: 1";
    GenerationRequest request = Infotext.parse(text).applyTo(cat()).build();
    assertThat(request).isEqualTo(cat().prompts(List.of("a dog")).build());
  }

  @Test
  void anOwnRequestComesBack() {
    GenerationRequest request =
        cat()
            .prompts(List.of("一只猫 🐱, \"in\"\na hat: red"))
            .negativePrompt("blurry, grey")
            .steps(3)
            .guidance(1.5)
            .seed(-7)
            .size(new ImageSize(300, 200))
            .build();
    Infotext text = Infotext.of(request, "C:\\models, my \"best\"", "SCM");
    Infotext read = Infotext.parse(text.text());
    assertThat(read).isEqualTo(text);
    assertThat(read.applyTo(cat()).build()).isEqualTo(request);
  }

  @Test
  void adaptersAndStrengthAreWritten() {
    GenerationRequest request =
        cat()
            .adapters(List.of(new LoraChoice("loras/style.v2.safetensors", 0.5)))
            .task(Task.imageToImage(RgbImage.of(1, 1, new byte[3]), 0.4))
            .build();
    assertThat(Infotext.of(request, "tiny", "").text())
        .startsWith("a cat <lora:style.v2:0.5>\nSteps: 20, CFG scale: 4.5")
        .contains("Denoising strength: 0.4");
  }

  @Test
  void aCharacterThatAPngCannotStoreIsASpace() {
    GenerationRequest request = cat().prompts(List.of("a\0cat\r\nin a hat")).build();
    String text = Infotext.of(request, "tiny", "SCM").text();
    assertThat(text).startsWith("a cat \nin a hat\nSteps");
    Path file = folder.resolve("image.png");
    ImageFiles.write(
        RgbImage.of(1, 1, new byte[3]),
        file,
        new WriteOptions(new ImageProvenance("tiny", "float32", request).texts(), false));
    assertThat(Infotext.read(file)).isPresent();
  }

  @Test
  void aPngWithoutSettingsHasNoInfotext() {
    Path file = folder.resolve("image.png");
    ImageFiles.write(
        RgbImage.of(1, 1, new byte[3]),
        file,
        new WriteOptions(Map.of("parameters", "just words"), false));
    assertThat(Infotext.read(file)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "a cat", "a cat, red: yes", "one: 1, two: 2"})
  void aTextWithFewSettingsIsAPrompt(String text) {
    assertThat(Infotext.parse(text)).isEqualTo(new Infotext(text.strip(), "", Map.of()));
  }

  @Test
  void linesAfterTheSettingsAreNotWords() {
    Infotext read = Infotext.parse("a cat\nSteps: 2, Seed: 1\nTemplate: a {cat|dog}");
    assertThat(read).isEqualTo(new Infotext("a cat", "", Map.of("Steps", "2", "Seed", "1")));
  }

  @Test
  void anyTextIsParsed() {
    Random random = new Random(7);
    List<String> pieces = new ArrayList<>(List.of("\n", "\"", "\\", "\0", "\uD83D", "\\u00", "\r"));
    pieces.addAll(List.of(",", ":", ">", "x", " ", "9", "{[", "🐱", "1e999", "<lora:", "Seed: -"));
    pieces.addAll(List.of("Steps: ", "Size: ", "CFG scale: ", "Negative prompt:"));
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(30); length > 0; length--) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      assertThatCode(() -> readAndWritten(text.toString())).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "\"", "a:", ":,", "\\\"", "<lora:", "\n", "Steps: 1,", "a:\"", " "})
  void aLongTextIsParsedInATimeThatGrowsWithIt(String piece) {
    readAndWritten("Steps: 1, a: " + piece.repeat((1 << 20) / piece.length()));
    readAndWritten(piece.repeat((1 << 20) / piece.length()));
  }

  private static void readAndWritten(String text) {
    Infotext read = Infotext.parse(text);
    var unused = Infotext.parse(read.text());
    GenerationRequest.Builder builder = cat();
    read.applyTo(builder);
    assertThat(read.loras()).doesNotContainNull();
  }
}
