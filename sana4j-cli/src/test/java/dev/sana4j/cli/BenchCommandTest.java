package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
  private static final Pattern ROW =
      Pattern.compile(
          "(load|encode|step \\d+|decode|save|image) +([\\d.]+) +([\\d.]+|-) +([\\d.]+%|-)"
              + " +([\\d.]+|-) +([\\d.]+|-) +([\\d.]+%|-)");

  @TempDir private Path folder;

  private static Run bench(Object... more) {
    return Run.sana(
        Stream.concat(
                Stream.of("bench", "--size", "32x32", "--binning", "off", "--runs", 1),
                Stream.of(more))
            .toArray());
  }

  private JsonNode json(Path model, int steps) throws IOException {
    Path file = folder.resolve("bench.json");
    bench("--model", model, "--steps", steps, "--json", file).succeeds();
    assertThat(EvaluateCommandTest.names(folder)).containsExactly("bench.json");
    return Models.JSON.readTree(file.toFile());
  }

  private static List<String> names(JsonNode stages) {
    return stages.findValuesAsText("name");
  }

  @Test
  void theEmbeddedModelHasARowForEveryStage() {
    Run run = bench("--steps", 2).succeeds();
    List<Matcher> rows = run.out().lines().map(ROW::matcher).filter(Matcher::matches).toList();
    assertThat(rows)
        .extracting(row -> row.group(1))
        .containsExactly("load", "encode", "step 1", "step 2", "decode", "save", "image");
    assertThat(rows).extracting(row -> row.group(3).equals("-")).startsWith(true, false);
    assertThat(rows)
        .extracting(row -> row.group(7).equals("-"))
        .containsExactly(true, false, false, false, false, true, false);
    assertThat(run.out())
        .startsWith("emoji: 32x32, 2 steps, guidance 4.5, text of 8 tokens")
        .contains("the best matrix product", "peak resident memory: ");
    assertThat(run.err()).contains("bench 12/12"); // load, two images of 5 stages, roof
  }

  /** Sizes of the network: see its config.json; 4 x 4 tokens. */
  private static long step(long text) {
    long embeddings = // patches; caption in two products; time in two; modulation
        2 * 16 * 8 * 32
            + 2 * text * 24 * 32
            + 2 * text * 32 * 32
            + 2 * 256 * 32
            + 2 * 32 * 32
            + 2 * 32 * 192;
    long block = // self-attention, cross-attention, feed-forward
        4 * 2 * 16 * 32 * 32
            + 4 * (2 * 9 * 16 * 8 + 2 * 9 * 8 * 16)
            + 2 * 2 * 16 * 32 * 32
            + 2 * 2 * text * 32 * 32
            + 2 * 2 * (2 * 16 * 16 * text)
            + 2 * 16 * 32 * 160
            + 2 * 16 * 160 * 9
            + 2 * 16 * 80 * 32;
    long output = 2 * 16 * 32 * 8;
    return embeddings + 3 * block + output;
  }

  @Test
  void theOperationsAreThoseCountedByHand() throws IOException {
    JsonNode sprint = json(Models.SPRINT, 1);
    JsonNode stages = sprint.get("stages");
    long guidance = 2 * 256 * 32 + 2 * 32 * 32;
    assertThat(names(stages)).containsExactly("encode", "step 1", "decode", "save");
    long tokens = sprint.get("text_tokens").get(0).longValue();
    long seen = sprint.get("text_tokens_seen").get(0).longValue();
    assertThat(stages.get(0).get("flop").longValue()).isEqualTo(encoded(tokens));
    assertThat(stages.get(1).get("flop").longValue()).isEqualTo(step(seen) + guidance);

    JsonNode sana = json(Models.SANA, 1);
    assertThat(sana.get("text_tokens").get(0).longValue()).isEqualTo(tokens);
    assertThat(sana.get("text_tokens").get(1).longValue()).isEqualTo(1); // an empty text
    assertThat(sana.get("stages").get(0).get("flop").longValue())
        .isEqualTo(encoded(tokens) + encoded(1));
    assertThat(sana.get("stages").get(1).get("flop").longValue()).isEqualTo(2 * step(seen));
    assertThat(sana.get("stages").get(2).get("flop")).isEqualTo(stages.get(2).get("flop"));
  }

  /** Four layers of attention (queries, keys, values, 4 heads of 12, output) and feed-forward. */
  private static long encoded(long positions) {
    return 4
        * (2 * positions * 24 * (48 + 24 + 24)
            + 4 * 2 * (2 * positions * 12 * positions)
            + 2 * positions * 48 * 24
            + 3 * 2 * positions * 24 * 64);
  }

  @Test
  void theJsonHoldsEveryTimeAndWhatItWasMeasuredWith() throws IOException {
    JsonNode root = json(Models.SPRINT, 2);
    assertThat(root.get("model").textValue()).isEqualTo(Models.SPRINT.toString());
    assertThat(root.get("steps").intValue()).isEqualTo(2);
    assertThat(root.get("batch").intValue()).isEqualTo(1);
    assertThat(root.get("text_tokens")).hasSize(1);
    assertThat(root.get("load_ms").doubleValue()).isPositive();
    double roof = root.get("roofs").get(0).get("gflop_per_second").doubleValue();
    JsonNode image = root.get("image");
    double speed = image.get("flop").longValue() / image.get("warm_ms").doubleValue() / 1e6;
    assertThat(image.get("share_of_roof").doubleValue()).isCloseTo(speed / roof, within(1e-9));
    for (String sum : List.of("first_ms", "warm_ms", "flop")) {
      double stages = 0;
      for (JsonNode stage : root.get("stages")) {
        assertThat(stage.get("warm_runs_ms")).hasSize(1);
        stages += stage.get(sum).doubleValue();
      }
      assertThat(image.get(sum).doubleValue()).as(sum).isCloseTo(stages, within(1e-6));
    }
    JsonNode save = root.get("stages").get(4);
    assertThat(save.get("share_of_roof").isNull()).isTrue();
    JsonNode peak = root.get("peak_resident_bytes");
    assertThat(peak.isNull()).isEqualTo(!Files.isReadable(Path.of("/proc/self/status")));
  }

  @Test
  void aBaselineStandsBesideTheStagesOfTheSameImage() throws IOException {
    Path file = folder.resolve("bench.json");
    Run run =
        bench("--model", Models.SPRINT, "--steps", 1, "--baseline", "--json", file).succeeds();
    assertThat(run.out()).contains("plain ms   ratio");
    assertThat(run.err()).contains("bench 19/19"); // twice load and two images of 4 stages, roof
    JsonNode root = Models.JSON.readTree(file.toFile());
    assertThat(names(root.get("plain_stages"))).isEqualTo(names(root.get("stages")));
    long plain = root.get("plain_stages").get(0).get("flop").longValue();
    assertThat(plain).isEqualTo(encoded(314)); // instruction and padding too
    assertThat(root.get("stages").get(0).get("flop").longValue()).isLessThan(plain);
  }

  @Test
  void wrongArgumentsAreRefusedInOneLine() {
    Run.sana("bench", "--runs", 0).isRefused("runs 0 is not between 1 and 1000");
    bench("--steps", 0).isRefused("steps 0 is not between");
    bench("--steps", "two").isRefused("--steps");
    Run.sana("bench", "--size", "33x32", "--binning", "off").isRefused("not a multiple of 16");
    Run.sana("bench", "--size", "big").isRefused("--size");
    bench("--prompt", " ").isRefused("the prompt is empty");
    bench("--dtype", "int4").isRefused("is not auto, float32, bfloat16, float16 or int8");
    bench("--threads", 0).isRefused("threads 0 is out of range; expected 1 to 1024");
    bench("--device", "cuda").isRefused("--device");
    bench("--model", folder.resolve("absent")).isRefused("there is no folder");
    bench("--json", folder).isRefused("cannot be written");
    bench("--json", folder.resolve("absent/bench.json")).isRefused("cannot be written");
    assertThat(folder).isEmptyDirectory();
  }
}
