package dev.sana4j.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.testkit.TensorAssert;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GuidanceIntervalTest {
  static Stream<Sampler> flows() {
    return Vectors.flows(7, 3);
  }

  /** Returns the times at which the sampler called the guided denoiser. */
  private static List<Double> guidedTimes(Sampler sampler, double low, double high) {
    List<Double> guided = new ArrayList<>();
    Denoiser denoiser =
        GuidanceInterval.of(
            (latents, time) -> {
              guided.add(time);
              return latents.mul(1);
            },
            (latents, time) -> latents.mul(1),
            low,
            high);
    TensorScope.compute(
        () -> sampler.sample(denoiser, Vectors.random(1), Vectors.NO_NOISE, Vectors.PATIENT));
    return guided;
  }

  private static List<Double> times(Sampler sampler) {
    return Arrays.stream(sampler.times()).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("flows")
  void theWholeIntervalIsGuidedEverywhere(Sampler sampler) {
    assertThat(guidedTimes(sampler, 0, 1)).isEqualTo(times(sampler));
  }

  @ParameterizedTest
  @MethodSource("flows")
  void guidanceIsAskedWithinTheIntervalOnly(Sampler sampler) {
    List<Double> times = times(sampler);
    List<Double> guided = guidedTimes(sampler, times.get(4) / 1000, times.get(2) / 1000);
    assertThat(guided).isEqualTo(times.subList(2, 5)); // both ends included
  }

  @Test
  void outsideTheOtherDenoiserAnswers() {
    TensorScope.run(
        () -> {
          Denoiser denoiser =
              GuidanceInterval.of((x, t) -> x.mul(2), (x, t) -> x.mul(3), 0.25, 0.5);
          Tensor latents = Vectors.random(1);
          TensorAssert.assertThat(denoiser.predict(latents, 400)).isCloseTo(latents.mul(2), 0);
          TensorAssert.assertThat(denoiser.predict(latents, 501)).isCloseTo(latents.mul(3), 0);
        });
  }

  @ParameterizedTest
  @CsvSource({"-0.1,1", "0,1.1", "0.5,0.5", "0.6,0.4", "NaN,1", "0,NaN"})
  void whatIsNoIntervalIsRefused(double low, double high) {
    assertThatThrownBy(() -> GuidanceInterval.of((x, t) -> x, (x, t) -> x, low, high))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("guidance interval");
  }
}
