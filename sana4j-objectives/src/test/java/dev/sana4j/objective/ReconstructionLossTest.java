package dev.sana4j.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ReconstructionLossTest {
  private static double value(Supplier<Tensor> body) {
    return TensorScope.<Double>compute(() -> body.get().item());
  }

  private static Tensor noise(long seed) {
    try (Generator generator = new Generator(seed)) {
      return generator.uniform(2, 3, 16, 20).mul(2).add(-1);
    }
  }

  @Test
  void anImageIsWhollySimilarToItself() {
    assertThat(value(() -> ReconstructionLoss.ssim(noise(1), noise(1)))).isCloseTo(1, within(1e-5));
  }

  @Test
  void similarityIsThatOfItsFormulaInOneWindow() {
    double[] a = TensorScope.compute(() -> doubles(noise(1)));
    double[] b = TensorScope.compute(() -> doubles(noise(2)));

    assertThat(
            value(
                () ->
                    ReconstructionLoss.ssim(
                        noise(1).narrow(0, 0, 1).narrow(1, 0, 1).narrow(2, 0, 11).narrow(3, 0, 11),
                        noise(2)
                            .narrow(0, 0, 1)
                            .narrow(1, 0, 1)
                            .narrow(2, 0, 11)
                            .narrow(3, 0, 11))))
        .isCloseTo(oneWindow(a, b), within(1e-5));
  }

  private static double[] doubles(Tensor tensor) {
    float[] floats = tensor.toFloats();
    double[] values = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }

  /** Computes the first window of the first channel, in plain loops; rows have 20 pixels. */
  private static double oneWindow(double[] a, double[] b) {
    double sum = 0;
    double[] means = new double[5];
    for (int y = 0; y < 11; y++) {
      for (int x = 0; x < 11; x++) {
        double weight = Math.exp(-((x - 5) * (x - 5) + (y - 5) * (y - 5)) / (2 * 1.5 * 1.5));
        double p = a[20 * y + x];
        double q = b[20 * y + x];
        double[] values = {p, q, p * p, q * q, p * q};
        for (int i = 0; i < 5; i++) {
          means[i] += weight * values[i];
        }
        sum += weight;
      }
    }
    for (int i = 0; i < 5; i++) {
      means[i] /= sum;
    }
    double c1 = 0.0004;
    double c2 = 0.0036;
    double product = means[0] * means[1];
    double squares = means[0] * means[0] + means[1] * means[1];
    return (2 * product + c1)
        * (2 * (means[4] - product) + c2)
        / ((squares + c1) * (means[2] + means[3] - squares + c2));
  }

  @Test
  void aConstantErrorHasNoGradient() {
    assertThat(
            value(
                () ->
                    ReconstructionLoss.terms(0.5, 0, noise(1).add(0.25), noise(1)).get("gradient")))
        .isCloseTo(0, within(1e-6));
    assertThat(
            value(() -> ReconstructionLoss.terms(0.5, 0, noise(1).add(0.25), noise(1)).get("l1")))
        .isCloseTo(0.25, within(1e-6));
  }

  @Test
  void anErrorOfATenthOfTheRangeIsTwentyDecibels() {
    double psnr =
        TensorScope.<Double>compute(
            () ->
                ReconstructionLoss.psnr(
                    ReconstructionLoss.squaredError(
                            Tensors.of(new float[] {0.2f, -0.2f}, 2), Tensors.of(new float[2], 2))
                        .item()));

    assertThat(psnr).isCloseTo(20, within(1e-4));
  }
}
