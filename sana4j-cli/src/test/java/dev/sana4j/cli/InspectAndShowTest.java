package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectAndShowTest {
  private static final Map<String, String> WEIGHTS =
      Map.of(
          "text_encoder", "model.safetensors",
          "transformer", "diffusion_pytorch_model.safetensors",
          "vae", "diffusion_pytorch_model.safetensors");

  @TempDir private Path folder;

  /** Counted here by hand: length of the header, header, tensors. */
  private static long[] parametersAndBytes(Path safetensors) throws IOException {
    byte[] content = Files.readAllBytes(safetensors);
    int length = (int) ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getLong();
    JsonNode header = Models.JSON.readTree(new String(content, 8, length, StandardCharsets.UTF_8));
    long parameters = 0;
    for (JsonNode entry : header) {
      if (entry.has("shape")) {
        long count = 1;
        for (JsonNode side : entry.get("shape")) {
          count *= side.longValue();
        }
        parameters += count;
      }
    }
    return new long[] {parameters, content.length - 8L - length};
  }

  private static List<String> row(String out, String part) {
    String line = out.lines().filter(each -> each.startsWith(part)).toList().get(0);
    return List.of(line.trim().split("\\s+", -1));
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  @Test
  void inspectPrintsTheNumbersOfTheHeaders() throws IOException {
    String out = Run.sana("inspect", Models.SPRINT).succeeds().out();
    assertThat(out).startsWith("SanaSprintPipeline");
    long parameters = 0;
    long bytes = 0;
    for (Map.Entry<String, String> part : WEIGHTS.entrySet()) {
      Path file = Models.SPRINT.resolve(part.getKey()).resolve(part.getValue());
      long[] counted = parametersAndBytes(file);
      assertThat(row(out, part.getKey())).contains(grouped(counted[0]), grouped(counted[1]), "F32");
      parameters += counted[0];
      bytes += counted[1];
    }
    assertThat(row(out, "total")).containsExactly("total", grouped(parameters), grouped(bytes));
    assertThat(row(out, "scheduler")).containsExactly("scheduler", "SCMScheduler", "-", "-", "-");
  }

  @Test
  void inspectTellsWhatWouldBeComputedIn() {
    assertThat(Run.sana("inspect", Models.SPRINT).succeeds().out().lines())
        .contains("computing in float32 (weights are float32)");
    assertThat(Run.sana("inspect").succeeds().out().lines()).anyMatch(InspectAndShowTest::isChoice);
  }

  private static boolean isChoice(String line) {
    return line.matches(
        "computing in (bfloat16|float32) \\(weights are bfloat16, and this processor multiplies"
            + " bfloat16 [0-9.]+ times (faster than float32|slower)\\)");
  }

  @Test
  void inspectPrintsTheMemoryOfAnImage() {
    int side = Models.config(Models.SPRINT).nativeResolution();
    assertThat(Run.sana("inspect", Models.SPRINT).succeeds().out().lines())
        .anyMatch(
            line ->
                line.matches(
                    ("an image of %dx%d in float32 needs about [0-9.]+ GiB of memory;"
                            + " [0-9.]+ GiB are free")
                        .formatted(side, side)));
  }

  @Test
  void inspectPrintsTheFilesThatAreUsedAndTheOthers() throws IOException {
    Path copy = Models.copy(Models.SPRINT, folder.resolve("model"));
    Path plain = copy.resolve("transformer/diffusion_pytorch_model.safetensors");
    Files.move(plain, plain.resolveSibling("diffusion_pytorch_model.bf16.safetensors"));
    Files.createFile(plain.resolveSibling("diffusion_pytorch_model.int4.safetensors"));
    Files.writeString(
        plain.resolveSibling("diffusion_pytorch_model.safetensors.index.json"),
        "{\"weight_map\":{\"a\":\"diffusion_pytorch_model-00001-of-00001.safetensors\"}}");
    String out = Run.sana("inspect", copy).succeeds().out();
    assertThat(row(out, "transformer"))
        .contains("diffusion_pytorch_model.bf16.safetensors")
        .contains("F32");
    assertThat(out)
        .contains(
            "not used in transformer/: diffusion_pytorch_model.safetensors.index.json (incomplete),"
                + " diffusion_pytorch_model.int4.safetensors (");
  }

  @Test
  void inspectPrintsAFolderOfOnePart() {
    String out = Run.sana("inspect", Models.SPRINT.resolve("vae")).succeeds().out();
    assertThat(row(out, "vae")).contains("AutoencoderDC", "F32");
    assertThat(out).contains("this is only the vae of a model");
  }

  @Test
  void inspectPrintsWhyAModelCannotBeUsed() throws IOException {
    Path copy = Models.copy(Models.SPRINT, folder.resolve("model"));
    Models.edit(
        copy.resolve("transformer/config.json"),
        config -> config.putObject("quantization_config").put("quant_method", "bitsandbytes"));
    assertThat(Run.sana("inspect", copy).succeeds().out())
        .contains("sana4j cannot use this model", "quantized with bitsandbytes");
  }

  @Test
  void aTeacherWithoutATimestepScaleIsNoted() throws IOException {
    Path copy = Models.copy(Models.TEACHER, folder.resolve("my-teacher"));
    Models.edit(copy.resolve("transformer/config.json"), config -> config.remove("timestep_scale"));
    assertThat(Run.sana("inspect", copy).succeeds().out()).contains("lacks timestep_scale");
    assertThat(Run.sana("inspect", copy, "--timestep-scale", 0.001).succeeds().out())
        .doesNotContain("lacks");
  }

  @Test
  void inspectShowsAModelThatIsNotSupported() throws IOException {
    Path copy = Models.copy(Models.SANA, folder.resolve("model"));
    Models.edit(
        copy.resolve("model_index.json"), index -> index.put("_class_name", "OtherPipeline"));
    assertThat(Run.sana("inspect", copy).succeeds().out())
        .startsWith("OtherPipeline")
        .contains("transformer")
        .doesNotContain("computing");
  }

  @Test
  void inspectReadsNoTensor() throws IOException {
    Path copy = Models.copy(Models.SANA, folder.resolve("model"));
    Path weights = copy.resolve("vae/diffusion_pytorch_model.safetensors");
    String before = Run.sana("inspect", copy).succeeds().out();
    byte[] content = Files.readAllBytes(weights);
    int length = (int) ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getLong();
    Arrays.fill(content, 8 + length, content.length, (byte) 0xFF);
    Files.write(weights, content);
    assertThat(Run.sana("inspect", copy).succeeds().out()).isEqualTo(before);
  }

  @Test
  void inspectRefusesWhatIsNoModel() {
    Run.sana("inspect", folder.resolve("missing")).isRefused("there is no folder");
    Run.sana("inspect", folder).isRefused("model_index.json");
  }

  @Test
  void inspectShowsTheModelsThatComeAlong() {
    assertThat(Run.sana("inspect").succeeds().out())
        .contains("SanaSprintPipeline", "transformer", "vae");
    assertThat(Run.sana("inspect", "emoji-teacher").succeeds().out()).contains("SanaPipeline");
  }

  @Test
  void inspectRefusesADamagedPartWithoutHalfATable() throws IOException {
    Path copy = Models.copy(Models.SANA, folder.resolve("model"));
    Files.write(copy.resolve("vae/diffusion_pytorch_model.safetensors"), new byte[9]);
    Run.sana("inspect", copy).isRefused("vae");
  }

  @Test
  void showPrintsHowAnImageWasMade() throws IOException {
    Path file = folder.resolve("cat.png");
    Run.sana(
            Models.generate(Models.SANA, "一只猫 🐱", "-o", file, "--seed", 7, "--negative", "blurry"))
        .succeeds();
    JsonNode shown = Models.JSON.readTree(Run.sana("show", file).succeeds().out());
    assertThat(shown.get("model").textValue()).isEqualTo(Models.SANA.toString());
    assertThat(shown.get("dtype").textValue()).isEqualTo("float32");
    JsonNode request = shown.get("request");
    assertThat(request.get("prompts").get(0).textValue()).isEqualTo("一只猫 🐱");
    assertThat(request.get("negativePrompt").textValue()).isEqualTo("blurry");
    assertThat(request.get("seed").longValue()).isEqualTo(7);
    assertThat(request.get("steps").intValue()).isEqualTo(2);
  }

  @Test
  void showRefusesAMissingName() {
    Run.sana("show").isRefused("PNG");
  }
}
