package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.image.ImageSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every refusal prints one line, exits with status 2 and leaves the folder unchanged. */
class GenerateRefusalTest {
  private static final String WEIGHTS = "transformer/diffusion_pytorch_model.safetensors";

  @TempDir private Path folder;

  private void refused(String because, Object... arguments) throws IOException {
    Map<Path, String> before = Run.contents(folder);
    Run.sana(arguments).isRefused(because);
    assertThat(Run.contents(folder)).isEqualTo(before);
  }

  /** Options that are refused with an otherwise good model and prompt. */
  private void optionsRefused(String because, Object... options) throws IOException {
    List<Object> more = new ArrayList<>(List.of("a cat", "-o", folder.resolve("cat.png")));
    Collections.addAll(more, options);
    refused(because, Models.generate(Models.SANA, more.toArray()));
  }

  private void modelRefused(String because, Path model) throws IOException {
    refused(because, "generate", "a cat", "--model", model, "-o", folder.resolve("cat.png"));
  }

  private Path copy() throws IOException {
    return Models.copy(Models.SANA, folder.resolve("model"));
  }

  @Test
  void aMissingFolderIsRefused() throws IOException {
    Path missing = folder.resolve("missing");
    modelRefused("there is no folder " + missing, missing);
  }

  @Test
  void aFolderWithoutAnIndexIsRefused() throws IOException {
    modelRefused("does not contain model_index.json", folder);
  }

  @Test
  void anUnknownPipelineClassIsRefused() throws IOException {
    Path copy = copy();
    Models.edit(
        copy.resolve("model_index.json"), index -> index.put("_class_name", "FluxPipeline"));
    modelRefused("FluxPipeline is not supported", copy);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tokenizer/tokenizer.json",
        "text_encoder/config.json",
        "text_encoder/model.safetensors",
        "transformer/config.json",
        WEIGHTS,
        "vae/config.json",
        "vae/diffusion_pytorch_model.safetensors",
        "scheduler/scheduler_config.json"
      })
  void aMissingFileIsRefusedByName(String file) throws IOException {
    Path copy = copy();
    Files.delete(copy.resolve(file));
    modelRefused(Path.of(file).getFileName().toString(), copy);
  }

  @Test
  void aMissingShardIsRefusedByName() throws IOException {
    Path copy = copy();
    Files.delete(copy.resolve(WEIGHTS));
    ObjectNode index = Models.JSON.createObjectNode();
    index.putObject("weight_map").put("x", "part-1-of-2.safetensors");
    Models.JSON.writeValue(copy.resolve(WEIGHTS + ".index.json").toFile(), index);
    modelRefused("part-1-of-2.safetensors", copy);
  }

  @ParameterizedTest
  @CsvSource({
    "transformer/config.json, mlp_ratio",
    "text_encoder/config.json, intermediate_size",
    "text_encoder/config.json, vocab_size",
  })
  void aTensorOfTheWrongShapeIsRefused(String json, String key) throws IOException {
    Path copy = copy();
    Models.edit(copy.resolve(json), config -> config.put(key, config.get(key).intValue() * 2));
    modelRefused("expected [", copy);
  }

  @Test
  void aMissingTensorIsRefused() throws IOException {
    Path copy = copy();
    Models.edit(
        copy.resolve("transformer/config.json"),
        config -> config.put("num_layers", config.get("num_layers").intValue() + 1));
    modelRefused("missing transformer_blocks", copy);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model_index.json",
        "text_encoder/config.json",
        "transformer/config.json",
        "vae/config.json",
        "scheduler/scheduler_config.json"
      })
  void aDamagedConfigIsRefusedByName(String file) throws IOException {
    Path copy = copy();
    for (String damaged : new String[] {"", "{", "[]", "{\"a\":" + "[".repeat(100_000), "\u0000"}) {
      Files.writeString(copy.resolve(file), damaged);
      modelRefused(file, copy);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"8\"", "8.5", "[8]", "{}", "true", "99999999999", "-8", "0", "1e999"})
  void aSettingOfTheWrongTypeIsRefused(String value) throws IOException {
    Path copy = copy();
    var json = Models.JSON.readTree(value);
    Models.edit(copy.resolve("transformer/config.json"), config -> config.set("num_layers", json));
    modelRefused("num_layers", copy);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "{\"version\":", "not json"})
  void aDamagedTokenizerIsRefused(String damaged) throws IOException {
    Path copy = copy();
    Files.writeString(copy.resolve("tokenizer/tokenizer.json"), damaged);
    modelRefused("tokenizer.json", copy);
  }

  @Test
  void aDeepTokenizerIsRefused() throws IOException {
    Path copy = copy();
    Files.writeString(copy.resolve("tokenizer/tokenizer.json"), "{\"a\":" + "[".repeat(100_000));
    modelRefused("tokenizer.json", copy);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text_encoder/model.safetensors",
        WEIGHTS,
        "vae/diffusion_pytorch_model.safetensors"
      })
  void damagedWeightsAreRefusedByName(String file) throws IOException {
    Path copy = copy();
    byte[] good = Files.readAllBytes(copy.resolve(file));
    byte[] longHeader = good.clone();
    longHeader[6] = 1;
    byte[] badHeader = good.clone();
    badHeader[8] = '!';
    for (byte[] damaged :
        List.of(
            new byte[0],
            new byte[8],
            Arrays.copyOf(good, good.length / 2),
            Arrays.copyOf(good, good.length - 1),
            Arrays.copyOf(good, good.length + 1),
            longHeader,
            badHeader)) {
      Files.write(copy.resolve(file), damaged);
      modelRefused(file, copy);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\t"})
  void anEmptyPromptIsRefused(String prompt) throws IOException {
    refused(
        "the prompt is empty",
        Models.generate(Models.SANA, prompt, "-o", folder.resolve("cat.png")));
  }

  @Test
  void aMissingPromptIsRefused() throws IOException {
    refused("give a prompt", Models.generate(Models.SANA, "-o", folder.resolve("cat.png")));
  }

  @Test
  void twoPromptsAreRefused() throws IOException {
    optionsRefused("'a dog'", "a dog");
  }

  @Test
  void aPromptOfEndlessLengthIsRefused() throws IOException {
    refused(
        "shorten it",
        Models.generate(Models.SANA, "cat ".repeat(100_000), "-o", folder.resolve("cat.png")));
    optionsRefused("shorten it", "--negative", "cat ".repeat(100_000));
  }

  @Test
  void aSizeThatIsNoMultipleIsRefusedWithTheNearest() throws IOException {
    ImageSize good = Models.size(Models.SANA, 3, 3);
    optionsRefused(
        "the nearest is " + good,
        "--binning",
        "off",
        "--size",
        new ImageSize(good.width() + 1, good.height() - 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x0",
        "-1x5",
        "1000000000x8",
        "8x1000000000",
        "99999999999999x8",
        "x",
        "64",
        "64x",
        "wide",
        "64x64x64",
        "6.4e1x64",
        ""
      })
  void anAbsurdSizeIsRefused(String size) throws IOException {
    optionsRefused("--size", "--size", size);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1001", "1000000"})
  void absurdStepsAreRefused(String steps) throws IOException {
    optionsRefused("steps " + steps + " is not between 1 and 1000", "--steps", steps);
  }

  @ParameterizedTest
  @ValueSource(strings = {"two", "", "1.5", "99999999999", "0x10"})
  void stepsThatAreNoNumberAreRefused(String steps) throws IOException {
    optionsRefused("--steps", "--steps", steps);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "-1", "101", "1e999"})
  void absurdGuidanceIsRefused(String guidance) throws IOException {
    optionsRefused("is not between 0 and 100", "--guidance", guidance);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.5", "0.1,0.2,0.3", "0.9,0.1", "-1,1", "0,2", "NaN,1", "early,late"})
  void anAbsurdGuidanceIntervalIsRefused(String interval) throws IOException {
    optionsRefused("guidance", "--guidance-interval", interval);
  }

  @Test
  void guidanceLimitsForASprintModelAreRefused() throws IOException {
    for (String[] option :
        new String[][] {{"--guidance-interval", "0,0.5"}, {"--guidance-rescale", "0.5"}}) {
      refused(
          "Sprint models do not support a guidance interval",
          Models.generate(
              Models.SPRINT, "a cat", "-o", folder.resolve("cat.png"), option[0], option[1]));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--guidance, much",
    "--guidance-rescale, some",
    "--seed, lucky",
    "--seed, 99999999999999999999",
    "--count, many",
    "--dtype, float8",
    "--dtype, int64",
    "--device, tpu",
    "--device, cuda:x",
    "--threads, all",
    "--binning, perhaps",
    "--max-length, long",
    "--times, now",
    "--no-such-option, 1",
  })
  void aValueThatIsNoneIsRefusedWithItsOption(String option, String value) throws IOException {
    optionsRefused(option, option, value);
  }

  @ParameterizedTest
  @CsvSource({
    "--count, 0",
    "--count, -1",
    "--count, 1001",
    "--guidance-rescale, 1.5",
    "--guidance-rescale, NaN",
    "--max-length, 1",
    "--max-length, 100000",
    "--threads, -1",
    "--threads, 100000",
    "--device, cuda:100",
    "--device, mps",
  })
  void aValueOutOfRangeIsRefused(String option, String value) throws IOException {
    Path copy = copy();
    refused("", Models.generate(copy, "a cat", "-o", folder.resolve("cat.png"), option, value));
  }

  @Test
  void aDeviceThatIsNotThereIsRefusedByName() throws IOException {
    optionsRefused("cuda:100 is not available", "--device", "cuda:100");
  }

  @Test
  void timesForAFlowModelAreRefused() throws IOException {
    optionsRefused("Sprint", "--times", "1.5,0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "1.5,1.0", "0.5,1.0,0", "9,0", "NaN,0", "0"})
  void timesThatDoNotFallToZeroAreRefused(String times) throws IOException {
    refused(
        "",
        Models.generate(Models.SPRINT, "a cat", "-o", folder.resolve("cat.png"), "--times", times));
  }

  @Test
  void tooLittleMemoryIsSaidBeforeTheWeightsAreRead() throws IOException {
    Path copy = copy();
    // Loading would find that the weights do not fit.
    Models.edit(
        copy.resolve("transformer/config.json"),
        config -> config.put("mlp_ratio", 2 * config.get("mlp_ratio").doubleValue()));
    int step = Models.config(copy).sizeStep();
    int side = ImageSize.MAX_SIDE / step * step;
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () ->
            refused(
                "GiB",
                Models.generate(
                    copy,
                    "a cat",
                    "-o",
                    folder.resolve("cat.png"),
                    "--size",
                    side + "x" + side,
                    "--binning",
                    "off")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "paint", "--paint", "generate --help-me"})
  void anUnknownCommandIsRefused(String arguments) throws IOException {
    refused("--help", (Object[]) arguments.split(" ", -1));
  }
}
