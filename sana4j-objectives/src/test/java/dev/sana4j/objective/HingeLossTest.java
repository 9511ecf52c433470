package dev.sana4j.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class HingeLossTest {
  private static double confined(Supplier<Tensor> scalar) {
    return TensorScope.<Double>compute(() -> scalar.get().item());
  }

  private static Tensor row(float... values) {
    return Tensors.of(values, 1, values.length);
  }

  @Test
  void theDiscriminatorsLossIsTheOneByHand() {
    double loss = confined(() -> HingeLoss.discriminator(row(2, 0, -1), row(1, -1, -3)));
    assertThat(loss).isCloseTo(5.0 / 6, within(1e-6)); // (1 + 2/3) / 2
  }

  @Test
  void theDiscriminatorGainsByRealLogitsAboveThoseOfFakes() {
    assertThat(confined(() -> HingeLoss.discriminator(row(1), row(-1)))).isZero();
    assertThat(confined(() -> HingeLoss.discriminator(row(-1), row(1)))).isEqualTo(2);
  }

  @Test
  void theGeneratorsLossIsMinusTheMeanLogit() {
    assertThat(confined(() -> HingeLoss.generator(row(2, 0, -1))))
        .isCloseTo(-1.0 / 3, within(1e-6));
  }

  @Test
  void aStepOfTheDiscriminatorRaisesRealLogitsAndLowersFakeOnes() {
    TensorScope.run(
        () -> {
          Tensor real = Autograd.leaf(row(0.5f));
          Tensor fake = Autograd.leaf(row(-0.5f));
          List<Tensor> gradients =
              Autograd.gradients(HingeLoss.discriminator(real, fake), List.of(real, fake));
          assertThat(gradients.get(0).item()).isEqualTo(-0.5);
          assertThat(gradients.get(1).item()).isEqualTo(0.5);
        });
  }
}
