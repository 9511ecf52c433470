package dev.sana4j.pipeline.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.TinyModel;
import dev.sana4j.pipeline.model.PrecisionChoice.Abilities;
import dev.sana4j.pipeline.model.PrecisionChoice.Stored;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PrecisionChoiceTest {
  /** There is memory for every dtype. */
  private static boolean roomy(DType dtype) {
    return dtype.bytes() > 0;
  }

  private static Abilities multiplies(double bfloat16) {
    return new Abilities(() -> bfloat16, false);
  }

  private static PrecisionChoice choose(DType stored, double bfloat16, Predicate<DType> fits) {
    return PrecisionChoice.onProcessor(new Stored(stored, false), multiplies(bfloat16), fits);
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void halfPrecisionIsComputedInWhatTheProcessorMultipliesFastest(DType stored) {
    PrecisionChoice fast = choose(stored, 2.4, PrecisionChoiceTest::roomy);
    assertThat(fast.dtype()).isEqualTo(DType.BFLOAT16);
    assertThat(fast.line())
        .isEqualTo(
            "computing in bfloat16 (weights are "
                + stored
                + ", and this processor multiplies bfloat16 2.4 times faster than float32)");

    PrecisionChoice slow = choose(stored, 1 / 7.1, PrecisionChoiceTest::roomy);
    assertThat(slow.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(slow.line())
        .isEqualTo(
            "computing in float32 (weights are "
                + stored
                + ", and this processor multiplies bfloat16 7 times slower)");
  }

  @Test
  void halfPrecisionTakesTheSlowerWayWhereOnlyThatFits() {
    PrecisionChoice choice = choose(DType.FLOAT16, 2.4, dtype -> dtype == DType.FLOAT32);
    assertThat(choice.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(choice.reason()).contains("not enough free memory for bfloat16");
    assertThat(choose(DType.BFLOAT16, 0.1, dtype -> false).dtype()).isEqualTo(DType.FLOAT32);
  }

  @Test
  void float32StaysWithoutAMeasurement() {
    Abilities unknown =
        new Abilities(
            () -> {
              throw new AssertionError("measured");
            },
            true);
    PrecisionChoice choice =
        PrecisionChoice.onProcessor(
            new Stored(DType.FLOAT32, false), unknown, PrecisionChoiceTest::roomy);
    assertThat(choice.line()).isEqualTo("computing in float32 (weights are float32)");
  }

  @ParameterizedTest
  @CsvSource({"1.2, FLOAT32", "1.3, BFLOAT16", "4, BFLOAT16", "0.2, FLOAT32"})
  void aBfloat16VariantIsTakenWhereItIsMuchFaster(double bfloat16, DType taken) {
    PrecisionChoice choice =
        PrecisionChoice.onProcessor(
            new Stored(DType.FLOAT32, true), multiplies(bfloat16), PrecisionChoiceTest::roomy);
    assertThat(choice.dtype()).isEqualTo(taken);
  }

  @Test
  void float32ThatDoesNotFitIsRoundedAndSaysSo() {
    PrecisionChoice choice = choose(DType.FLOAT32, 0.1, dtype -> dtype == DType.BFLOAT16);
    assertThat(choice.dtype()).isEqualTo(DType.BFLOAT16);
    assertThat(choice.reason()).contains("weights are float32", "do not fit into the free memory");
    assertThat(choose(DType.FLOAT32, 4, dtype -> false).dtype()).isEqualTo(DType.FLOAT32);
  }

  @ParameterizedTest
  @CsvSource({"true, 2, INT8", "false, 2, BFLOAT16", "false, 0.1, FLOAT32"})
  void quantizedWeightsAreComputedInInt8WhereThatIsFast(
      boolean int8, double bfloat16, DType taken) {
    PrecisionChoice choice =
        PrecisionChoice.onProcessor(
            new Stored(DType.INT8, false),
            new Abilities(() -> bfloat16, int8),
            PrecisionChoiceTest::roomy);
    assertThat(choice.dtype()).isEqualTo(taken);
    assertThat(choice.reason()).startsWith("weights are int8");
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16", "FLOAT16"})
  void neitherInt8NorFloat16IsTakenForOtherWeights(DType stored) {
    for (double bfloat16 : new double[] {0.1, 0.9, 1.1, 5}) {
      PrecisionChoice choice =
          PrecisionChoice.onProcessor(
              new Stored(stored, true),
              new Abilities(() -> bfloat16, true),
              PrecisionChoiceTest::roomy);
      assertThat(choice.dtype()).isIn(DType.FLOAT32, DType.BFLOAT16);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16", "FLOAT16", "INT8"})
  void aGpuComputesInBfloat16(DType stored) {
    PrecisionChoice choice =
        PrecisionChoice.onGpu(new Stored(stored, false), new Device("cuda", 0));
    assertThat(choice.dtype()).isEqualTo(DType.BFLOAT16);
    assertThat(choice.reason()).contains("weights are " + stored, "cuda:0 is a GPU");
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void aPipelineOpensInWhatIsChosenForItsModel(TinyModel model) {
    PrecisionChoice choice = PrecisionChoice.choose(model.config(), Device.CPU);
    assertThat(choice.dtype()).isEqualTo(DType.FLOAT32);
    try (SanaPipeline pipeline = SanaPipeline.builder(model.folder()).open()) {
      assertThat(pipeline.dtype()).isEqualTo(choice.dtype());
    }
    try (SanaPipeline pipeline = SanaPipeline.builder(model.folder().toString()).open()) {
      assertThat(pipeline.dtype()).isEqualTo(choice.dtype());
    }
  }
}
