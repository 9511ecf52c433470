package dev.sana4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.folder.ModelFolder;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.TextLength;
import dev.sana4j.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipelineTableTest {
  private static final Path MODEL =
      Path.of(
              System.getProperty(
                  "sana4j.reference", "../sana4j-verify/src/test/resources/reference"))
          .resolve("pipelines/tiny-sana");

  /** Half of the operations in each of two dtypes, which have different roofs. */
  private static final List<StageWork> WORKS =
      List.of(
          new StageWork("encode", DType.FLOAT32, 2_000_000_000),
          new StageWork("step 1", DType.FLOAT16, 20_000_000_000L),
          new StageWork("save", DType.FLOAT32, 0));

  private static final PipelineRun RUN =
      new PipelineRun(
          2,
          List.of(new TextLength(31, 20, 0), new TextLength(1, 1, 0)),
          1500,
          WORKS,
          List.of(
              List.of(100.0, 300.0, 50.0), List.of(40.0, 150.0, 2.0), List.of(60.0, 250.0, 4.0)),
          3L << 29);

  private static final Roofs ROOFS =
      new Roofs(
          List.of(
              new Roof(
                  "linear-1024", DType.FLOAT32, 2_000_000_000, new Timing(List.of(20.0, 30.0))),
              new Roof(
                  "1x1-conv-2048", DType.FLOAT16, 16_000_000_000L, new Timing(List.of(40.0)))));

  private static PipelinePlan plan() {
    ModelConfig config = ModelConfig.read(ModelFolder.open(MODEL));
    GenerationRequest request = config.request("a cat").steps(1).build();
    return new PipelinePlan("toy", config, DType.FLOAT16, request, 2, false);
  }

  @Test
  void stagesStandInTheirOrderWithMediansOfTheWarmRuns() {
    assertThat(PipelineTable.lines(plan(), RUN, null, ROOFS))
        .containsExactly(
            "toy: 64x64, 1 step, guidance 4.5 (batch 2), text of 31 + 1 tokens, float16,"
                + " 2 threads",
            "roof: 100.0 GFLOP/s in float32, the best matrix product (linear-1024)",
            "roof: 400.0 GFLOP/s in float16, the best matrix product (1x1-conv-2048)",
            "",
            "stage        first ms    warm ms  of time      GFLOP   GFLOP/s  of roof",
            "load           1500.0          -        -          -         -        -",
            "encode          100.0       50.0    19.8%     2.0000      40.0    40.0%",
            "step 1          300.0      200.0    79.1%       20.0     100.0    25.0%",
            "save             50.0        3.0     1.2%          -         -        -",
            "image           450.0      253.0   100.0%       22.0      87.0    27.7%",
            "",
            "first: the image after loading; warm: median of 2 more",
            "peak resident memory: 1.50 GiB");
  }

  @Test
  void aPlainRunStandsBesideWithTheRatioOfTheTimes() {
    List<List<Double>> slower =
        RUN.millis().stream()
            .map(image -> image.stream().map(millis -> 1.5 * millis).toList())
            .toList();
    PipelineRun plain = new PipelineRun(2, RUN.textLengths(), 1500, WORKS, slower, null);
    assertThat(PipelineTable.lines(plan(), RUN, plain, ROOFS))
        .contains(
            "stage        first ms    warm ms  of time      GFLOP   GFLOP/s  of roof   plain ms   ratio",
            "step 1          300.0      200.0    79.1%       20.0     100.0    25.0%      300.0    1.50",
            "image           450.0      253.0   100.0%       22.0      87.0    27.7%      379.5    1.50");
  }

  @Test
  void aSystemThatDoesNotTellItsMemoryHasADash() {
    PipelineRun unknown = new PipelineRun(2, RUN.textLengths(), 1500, WORKS, RUN.millis(), null);
    assertThat(PipelineTable.lines(plan(), unknown, null, ROOFS))
        .endsWith("peak resident memory: -");
  }

  @Test
  void theShareOfAnImageIsItsTimeAtTheRoofOfEachDtype() {
    // 2 GFLOP at 100 GFLOP/s and 20 at 400: 20 and 50 ms of 253
    assertThat(RUN.image().share(ROOFS)).isCloseTo(70.0 / 253, within(1e-12));
  }
}
