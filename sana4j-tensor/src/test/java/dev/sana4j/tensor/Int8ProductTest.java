package dev.sana4j.tensor;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Compares products of 8-bit integers with those of floats. */
@Tag("numeric")
class Int8ProductTest {
  /**
   * The error of normal numbers with 127 steps in about three deviations, on both sides of a
   * product.
   */
  private static final double ROUNDING = 0.02;

  private static void compute(Runnable body) {
    TensorScope.run(() -> body.run());
  }

  private static Tensor random(long seed, long... shape) {
    try (Generator generator = new Generator(seed)) {
      return generator.normal(shape);
    }
  }

  private static Tensor applied(Supplier<Int8Product> product, Tensor input) {
    try (Int8Product made = product.get()) {
      return made.apply(input).to(DType.FLOAT32);
    }
  }

  private static Tensor linear(Tensor input, Tensor weight, @Nullable Tensor bias) {
    assumeTrue(Int8Product.isFast(), "int8 is refused on this processor");
    return applied(() -> Int8Linear.of(weight, bias), input);
  }

  /** Returns the norm of the difference relative to the norm of the expected result. */
  private static double difference(Tensor actual, Tensor expected) {
    return Math.sqrt(actual.sub(expected).pow(2).mean().item() / expected.pow(2).mean().item());
  }

  @Test
  void aLinearMapIsThatOfFloatsButForRounding() {
    compute(
        () -> {
          Tensor input = random(1, 2, 5, 64);
          Tensor weight = random(2, 48, 64);
          Tensor bias = random(3, 48);
          Tensor expected = Functional.linear(input, weight, bias);

          Tensor actual = linear(input.to(DType.BFLOAT16), weight.to(DType.BFLOAT16), bias);

          assertThat(actual).hasShape(2, 5, 48);
          assertThat(difference(actual, expected)).isLessThan(ROUNDING);
        });
  }

  @Test
  void aRowOfLargeNumbersDoesNotCoarsenTheOthers() {
    compute(
        () -> {
          Tensor input = random(1, 4, 64);
          Tensor larger = Tensors.of(new float[] {1000, 1, 1, 0.001f}, 4, 1);
          Tensor weight = random(2, 32, 64);

          Tensor rows = linear(input, weight, null);

          assertThat(difference(linear(input.mul(larger), weight, null).div(larger), rows))
              .isLessThan(ROUNDING / 2);
        });
  }

  @Test
  void aRowOfZerosGivesTheBias() {
    compute(
        () -> {
          Tensor zeros = Tensors.zeros(DType.BFLOAT16, Device.CPU, 3, 16);
          Tensor bias = Tensors.of(new float[] {1, -2, 0.5f, 4}, 4);

          assertThat(linear(zeros, random(2, 4, 16), bias))
              .isCloseTo(new float[] {1, -2, 0.5f, 4, 1, -2, 0.5f, 4, 1, -2, 0.5f, 4}, 0);
        });
  }

  @Test
  void aConvolutionOfUnevenNumbersIsThatOfFloatsButForRoundingAlsoAtTheEdge() {
    compute(
        () -> {
          Tensor input = Functional.silu(random(1, 2, 16, 9, 7)).mul(5); // zero is not the middle
          Tensor weight = random(2, 24, 16, 3, 3);
          Tensor bias = random(3, 24);
          Tensor expected = Functional.conv2d(input, weight, bias, 1, 1, 1);

          Tensor actual = applied(() -> Int8Convolution.of(weight, bias, 1), input);

          assertThat(actual).hasShape(2, 24, 9, 7);
          assertThat(difference(actual, expected)).isLessThan(ROUNDING);
          assertThat(difference(actual.narrow(2, 0, 1), expected.narrow(2, 0, 1)))
              .isLessThan(ROUNDING);
        });
  }

  /**
   * All numbers are the largest. If sums overflow 16 bits, the result is only a fraction of this.
   */
  @Test
  void whereSumsAreCutItIsNotFast() {
    compute(
        () -> {
          Tensor ones = Tensors.full(1, DType.FLOAT32, Device.CPU, 2, 64);
          double sum = applied(() -> Int8Linear.of(ones, null), ones).mean().item();
          boolean isRight = Math.abs(sum - 64) < 0.5;
          assertThat(Int8Product.isFast() && !isRight).isFalse();
        });
  }

  @Test
  void aRoundedWeightStaysWithItsOwner() {
    compute(
        () -> {
          Tensor input = random(1, 3, 64);
          Tensor weight = random(2, 32, 64);
          Int8.Weight rounded = Int8.round(weight);

          Tensor stored = roundedBefore(rounded, input);

          assertThat(stored).isCloseTo(linear(input, weight, null).toFloats(), 0);
          assertThat(rounded.values()).hasShape(32, 64); // still open
        });
  }

  private static Tensor roundedBefore(Int8.Weight weight, Tensor input) {
    return applied(() -> Int8Linear.ofRounded(weight.values(), weight.scales(), null), input);
  }
}
