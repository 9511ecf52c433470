package dev.sana4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class AutogradTest {
  private static float[] inScope(Supplier<Tensor> body) {
    return TensorScope.<float[]>compute(() -> body.get().toFloats());
  }

  @Test
  void theGradientOfASumOfSquaresIsTwiceTheInput() {
    float[] gradient =
        inScope(
            () -> {
              Tensor x = Autograd.leaf(Tensors.of(new float[] {1, -2, 3}, 3));
              return Autograd.gradients(x.pow(2).sum(), List.of(x)).get(0);
            });
    assertThat(gradient).containsExactly(2, -4, 6);
  }

  @Test
  void anInputWithoutInfluenceHasTheGradientZero() {
    float[] gradient =
        inScope(
            () -> {
              Tensor x = Autograd.leaf(Tensors.of(new float[] {1}, 1));
              Tensor unused = Autograd.leaf(Tensors.of(new float[] {5, 6}, 2));
              return Autograd.gradients(x.sum(), List.of(x, unused)).get(1);
            });
    assertThat(gradient).containsExactly(0, 0);
  }

  @Test
  void gradientsOfOutputsAreCarriedOn() {
    float[] gradient =
        inScope(
            () -> {
              Tensor x = Autograd.leaf(Tensors.of(new float[] {1, 2}, 2));
              Tensor weights = Tensors.of(new float[] {10, 100}, 2);
              return Autograd.gradients(List.of(x.mul(3)), List.of(weights), List.of(x)).get(0);
            });
    assertThat(gradient).containsExactly(30, 300);
  }

  @Test
  void nothingIsRecordedInsideNoGrad() {
    assertThat(
            TensorScope.<Boolean>compute(
                () -> {
                  Tensor x = Autograd.leaf(Tensors.of(new float[] {1}, 1));
                  return Libtorch.noGrad(() -> Autograd.isRecorded(x.mul(2)));
                }))
        .isFalse();
  }

  @Test
  void aLossWithoutGraphIsRefusedInOneLine() {
    TensorScope.run(
        () -> {
          Tensor x = Tensors.of(new float[] {1}, 1);
          assertThatThrownBy(() -> Autograd.gradients(x.sum(), List.of(x)))
              .isInstanceOf(TensorException.class)
              .hasMessageNotContaining("\n");
        });
  }

  @Test
  void aStepOfAdamWIsThatOfThePaper() {
    double rate = 0.1;
    double eps = 1e-8;
    double decay = 0.01;
    float[] gradient = {0.5f, -2};
    float[] moved =
        inScope(
            () -> {
              Tensor x = Tensors.of(new float[] {1, -1}, 2);
              Tensor g = Tensors.of(gradient, 2);
              var moments =
                  new FusedAdamW.Moments(
                      List.of(Tensors.zeros(DType.FLOAT32, Device.CPU, 2)),
                      List.of(Tensors.zeros(DType.FLOAT32, Device.CPU, 2)),
                      List.of(Tensors.zeros(DType.FLOAT32, Device.CPU)));
              FusedAdamW.step(
                  List.of(x),
                  List.of(g),
                  moments,
                  new FusedAdamW.Settings(rate, 0.9, 0.999, eps, decay));
              return x;
            });
    // Bias correction makes the first step the sign of the gradient.
    assertThat(moved[0]).isCloseTo((float) (1 - rate * decay - rate), within(1e-6f));
    assertThat(moved[1]).isCloseTo((float) (-1 + rate * decay + rate), within(1e-6f));
  }
}
