package dev.sana4j.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class FlowObjectiveTest {
  private static double value(Supplier<Tensor> scalar) {
    return TensorScope.<Double>compute(() -> scalar.get().item());
  }

  @Test
  void aPerfectPredictionLosesNothing() {
    assertThat(value(() -> FlowObjective.loss(ToyNetworks.latents(1), ToyNetworks.latents(1))))
        .isZero();
  }

  @Test
  void theErrorIsSquared() {
    assertThat(
            value(
                () -> FlowObjective.loss(ToyNetworks.latents(1).add(0.5), ToyNetworks.latents(1))))
        .isCloseTo(0.25, within(1e-6));
  }

  @Test
  void aLearnedVarianceIsNotTrained() {
    double loss =
        value(
            () -> {
              Tensor velocity = ToyNetworks.latents(1);
              Tensor variance = ToyNetworks.latents(2).mul(100);
              return FlowObjective.loss(Tensors.cat(List.of(velocity, variance), 1), velocity);
            });
    assertThat(loss).isZero();
  }

  @Test
  void manySmallErrorsInBfloat16AreAddedInFloat32() {
    double loss =
        value(
            () -> {
              Tensor prediction = Tensors.full(0.0625, DType.BFLOAT16, Device.CPU, 1, 4, 100, 100);
              Tensor velocity = Tensors.zeros(DType.FLOAT32, Device.CPU, 1, 4, 100, 100);
              return FlowObjective.loss(prediction, velocity);
            });
    assertThat(loss).isCloseTo(0.0625 * 0.0625, within(1e-7));
  }
}
