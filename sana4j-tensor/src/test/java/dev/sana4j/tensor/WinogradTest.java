package dev.sana4j.tensor;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WinogradTest {
  private static Tensor random(long seed, long... shape) {
    try (Generator generator = new Generator(seed)) {
      return generator.normal(shape);
    }
  }

  private static void assertAsDirect(
      Tensor input, Tensor weight, @Nullable Tensor bias, Tensor result) {
    Tensor direct =
        Functional.conv2d(
            input.to(DType.FLOAT64),
            weight.to(DType.FLOAT64),
            bias == null ? null : bias.to(DType.FLOAT64),
            1,
            1,
            1);
    assertThat(result).hasShape(direct.shape());
    double error = result.to(DType.FLOAT64).sub(direct).norm().item() / direct.norm().item();
    assertThat(error).isLessThan(1e-5);
  }

  @ParameterizedTest
  @CsvSource({"3, 8, 12", "3, 1, 1", "3, 7, 10", "3, 33, 5", "2, 8, 12", "2, 7, 3", "2, 16, 17"})
  void itIsTheDirectConvolution(int kernel, long height, long width) {
    TensorScope.run(
        () -> {
          Tensor input = random(1, 2, 5, height, width);
          Tensor weight = random(2, 6, 5, kernel, kernel);
          Tensor bias = random(3, 6);
          assertAsDirect(
              input,
              weight,
              bias,
              Winograd.convolve(input.channelsLast(), Winograd.kernels(weight), bias));
          assertAsDirect(
              input, weight, null, Winograd.convolve(input, Winograd.kernels(weight), null));
        });
  }

  @Test
  void manyRowsAreComputedInChunksOfSeveralTurns() {
    TensorScope.run(
        () -> {
          Tensor input = random(1, 1, 64, 300, 260);
          Tensor weight = random(2, 4, 64, 3, 3);
          assertAsDirect(
              input, weight, null, Winograd.convolve(input, Winograd.kernels(weight), null));
        });
  }

  @Test
  void aPartOfOtherWorkComputesItInItsOwnThread() {
    TensorScope.run(
        () -> {
          Tensor input = random(1, 1, 5, 9, 9);
          Tensor weight = random(2, 6, 5, 3, 3);
          Tensor kernels = Winograd.kernels(weight);
          List<List<Tensor>> results =
              ParallelParts.run(
                  List.of(
                      () -> List.of(Winograd.convolve(input, kernels, null)),
                      () -> List.of(Winograd.convolve(input, kernels, null))));
          results.forEach(one -> assertAsDirect(input, weight, null, one.get(0)));
        });
  }

  @Test
  void itIsForManyChannelsAndPixelsInFloat32WithoutGradients() {
    TensorScope.run(
        () -> {
          Tensor input = Tensors.zeros(DType.FLOAT32, Device.CPU, 1, 128, 32, 32);
          assertThat(Winograd.suits(input, 128)).isTrue();
          assertThat(Winograd.suits(input, 64)).isFalse();
          assertThat(Winograd.suits(input.narrow(2, 0, 16), 128)).isFalse();
          assertThat(Winograd.suits(input.to(DType.BFLOAT16), 128)).isFalse();
          assertThat(Winograd.suits(Tensors.zeros(DType.FLOAT32, Device.CPU, 1, 512, 32, 32), 512))
              .isFalse();
          Tensor recorded = Autograd.leaf(input);
          assertThat(Winograd.suits(recorded, 128)).isFalse();
        });
  }
}
