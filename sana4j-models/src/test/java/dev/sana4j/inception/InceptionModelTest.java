package dev.sana4j.inception;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.inception.InceptionBlock.Branch;
import dev.sana4j.inception.InceptionBlock.Pool;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.Weights;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code sana verify} compares the numbers of the whole network with the reference. */
class InceptionModelTest {
  private static final double ROUNDING = 1e-5; // of the mean
  private static final List<Branch> BRANCHES =
      List.of(
          Branch.of(ConvUnit.Shape.same("a", 4, 1)).forked(ConvUnit.Shape.same("b", 3, 1, 3)),
          Branch.pooled(Pool.AVERAGE, ConvUnit.Shape.same("c", 2, 1)),
          Branch.pooled(Pool.MAXIMUM));

  @Test
  void hasTheParametersOfThePublicNetwork() {
    List<TensorSpec> specs = Weights.specs(DType.FLOAT32, InceptionModel::new);
    assertThat(specs).hasSize(472);
    assertThat(
            specs.stream()
                .filter(spec -> !spec.name().contains("running_"))
                .mapToLong(spec -> spec.shape().stream().reduce(1L, (a, b) -> a * b))
                .sum())
        .isEqualTo(23_834_568 + 8 * (2048 + 1)); // of Inception-v3, and of eight more classes
  }

  @Test
  void foldingTheNormalizationChangesOnlyRounding() {
    try (RandomWeights weights = new RandomWeights(1);
        Generator generator = new Generator(2);
        InceptionBlock block =
            Weights.load(
                weights, DType.FLOAT32, Device.CPU, all -> new InceptionBlock(all, 5, BRANCHES))) {
      TensorScope.run(
          () -> {
            Tensor input = generator.normal(1, 5, 6, 7);
            Tensor before = block.apply(input);
            block.prepare();
            assertThat(before.size(1)).isEqualTo(block.out());
            double mean = before.abs().mean().item();
            assertThat(block.apply(input)).isCloseTo(before, ROUNDING * mean);
          });
    }
  }
}
