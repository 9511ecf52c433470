package dev.sana4j.train.optim;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.train.TrainingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmaTest {
  private Tensor value;
  private List<Trainable> parameters;

  @BeforeEach
  void open() {
    value = Tensors.of(new float[] {0, 10}, 2);
    parameters = List.of(new Trainable("weight", value));
  }

  @AfterEach
  void close() {
    value.close();
  }

  private static float[] average(Ema ema) {
    return ema.values().values().iterator().next().toFloats();
  }

  @Test
  void itBeginsWithTheParameters() {
    try (Ema ema = new Ema(parameters, 0.9)) {
      value.add_(1);
      assertThat(average(ema)).containsExactly(0, 10);
    }
  }

  @Test
  void itFollowsQuicklyAtFirst() {
    try (Ema ema = new Ema(parameters, 0.999)) {
      value.add_(11);
      ema.update(); // decay 1 / 10
      assertThat(ema.values().values().iterator().next())
          .isCloseTo(new float[] {9.9f, 19.9f}, 1e-5);
      ema.update(); // decay 2 / 11
      assertThat(ema.values().values().iterator().next())
          .isCloseTo(new float[] {10.8f, 20.8f}, 1e-5);
    }
  }

  @Test
  void lateUpdatesHaveTheGivenDecay() {
    try (Ema ema = new Ema(parameters, 0.05)) {
      value.add_(100);
      ema.update();
      assertThat(ema.values().values().iterator().next()).isCloseTo(new float[] {95, 105}, 1e-4);
    }
  }

  @Test
  void aRestoredAverageGoesOnBitByBit() {
    Map<String, Tensor> saved = new HashMap<>();
    float[] expected;
    try (Ema ema = new Ema(parameters, 0.9)) {
      value.add_(1);
      ema.update();
      ema.state().forEach((name, tensor) -> saved.put(name, tensor.copy()));
      value.add_(1);
      ema.update();
      expected = average(ema);
    }
    try (Ema resumed = new Ema(parameters, 0.9)) {
      resumed.restore(saved);
      resumed.update();
      assertThat(average(resumed)).containsExactly(expected);
    }
    saved.values().forEach(Tensor::close);
  }

  @Test
  void aStateOfOtherParametersIsRefused() {
    try (Ema ema = new Ema(parameters, 0.9)) {
      assertThatThrownBy(() -> ema.restore(Map.of()))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("missing weight");
    }
  }

  @Test
  void aDecayOfOneIsRefused() {
    assertThatThrownBy(() -> new Ema(parameters, 1)).hasMessageContaining("decay 1.0");
  }
}
