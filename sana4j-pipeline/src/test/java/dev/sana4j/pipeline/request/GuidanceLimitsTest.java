package dev.sana4j.pipeline.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.TinyModel;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuidanceLimitsTest {
  private static byte[] image(SanaPipeline pipeline, GenerationRequest.Builder request) {
    return pipeline.generate(request.build()).get(0).pixels().rgb();
  }

  @ParameterizedTest
  @EnumSource(names = {"SANA", "TEACHER"})
  void anIntervalThatNoStepIsInLeavesGuidanceOut(TinyModel model) {
    try (SanaPipeline pipeline = model.open()) {
      byte[] plain = image(pipeline, model.quick("a cat").guidance(1));
      byte[] never =
          image(
              pipeline, model.quick("a cat").guidanceLimits(GuidanceLimits.NONE.between(0, 0.001)));
      assertThat(never).isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SANA", "TEACHER"})
  void anIntervalOfSomeStepsIsBetweenPlainAndGuided(TinyModel model) {
    try (SanaPipeline pipeline = model.open()) {
      byte[] some =
          image(pipeline, model.quick("a cat").guidanceLimits(GuidanceLimits.NONE.between(0, 0.9)));
      assertThat(some)
          .isNotEqualTo(image(pipeline, model.quick("a cat")))
          .isNotEqualTo(image(pipeline, model.quick("a cat").guidance(1)));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SANA", "TEACHER"})
  void rescalingChangesAGuidedImageAndNoOther(TinyModel model) {
    try (SanaPipeline pipeline = model.open()) {
      GuidanceLimits rescaled = GuidanceLimits.NONE.rescaledBy(0.7);
      assertThat(image(pipeline, model.quick("a cat").guidanceLimits(rescaled)))
          .isNotEqualTo(image(pipeline, model.quick("a cat")));
      assertThat(image(pipeline, model.quick("a cat").guidance(1).guidanceLimits(rescaled)))
          .isEqualTo(image(pipeline, model.quick("a cat").guidance(1)));
    }
  }

  @Test
  void aSprintModelTakesNone() {
    GenerationRequest request =
        TinyModel.SPRINT.quick("a cat").guidanceLimits(GuidanceLimits.NONE.rescaledBy(0.5)).build();
    assertThatThrownBy(
            () -> TinyModel.SPRINT.config().check(request, DType.FLOAT32, Device.CPU, true))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("do not support a guidance interval");
  }

  @ParameterizedTest
  @CsvSource({"-0.1,1", "0,1.1", "0.5,0.5", "0.6,0.4", "NaN,1", "0,NaN"})
  void whatIsNoIntervalIsRefused(double low, double high) {
    assertThatThrownBy(() -> GuidanceLimits.NONE.between(low, high))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("but was " + low + " to " + high);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY})
  void aRescalingThatIsNoShareIsRefused(double rescale) {
    assertThatThrownBy(() -> GuidanceLimits.NONE.rescaledBy(rescale))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("guidance rescale " + rescale);
  }
}
