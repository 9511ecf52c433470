package dev.sana4j.objective;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class DiscriminatorHeadTest {
  private static final int WIDTH = 4;

  private static <T> T random(Function<Weights, T> network) {
    try (RandomWeights weights = new RandomWeights(1)) {
      return Weights.load(weights, DType.FLOAT32, Device.CPU, network);
    }
  }

  private static Tensor value(SpectralLinear map, String name) {
    return map.parameters().stream()
        .filter(parameter -> parameter.name().endsWith(name))
        .map(Parameter::value)
        .findFirst()
        .orElseThrow();
  }

  /** Returns a map of two numbers with the singular values 3 and 1. */
  private static SpectralLinear stretching(int refreshes) {
    SpectralLinear map = random(weights -> new SpectralLinear(weights, 2, 2, 1));
    value(map, "weight_orig").copy_(Tensors.of(new float[] {3, 0, 0, 1}, 2, 2, 1));
    value(map, "bias").copy_(Tensors.of(new float[] {0, 0}, 2));
    value(map, "weight_u").copy_(Tensors.of(new float[] {0.6f, 0.8f}, 2));
    for (int i = 0; i < refreshes; i++) {
      map.refresh();
    }
    return map;
  }

  private static DiscriminatorHead head() {
    DiscriminatorHead head = random(weights -> new DiscriminatorHead(weights, WIDTH));
    for (SpectralLinear map : head.maps()) {
      Tensor left = value(map, "weight_u");
      left.copy_(Tensors.full(1, DType.FLOAT32, Device.CPU, left.size(0)));
      map.refresh();
    }
    return head;
  }

  @Test
  void afterEnoughRefreshesTheLargestSingularValueIsOne() {
    TensorScope.run(
        () -> {
          try (SpectralLinear map = stretching(20)) {
            Tensor tokens = Tensors.of(new float[] {1, 0, 0, 1}, 1, 2, 2);
            assertThat(map.apply(tokens)).isCloseTo(new float[] {1, 0, 0, 1f / 3}, 1e-5);
          }
        });
  }

  @Test
  void theEstimateMovesWithEachRefresh() {
    TensorScope.run(
        () -> {
          try (SpectralLinear once = stretching(1);
              SpectralLinear twice = stretching(2)) {
            Tensor tokens = Tensors.of(new float[] {1, 0}, 1, 1, 2);
            assertThat(once.apply(tokens).sub(twice.apply(tokens)).norm().item()).isPositive();
          }
        });
  }

  @Test
  void aRefreshBeforeTheGradientIsTakenChangesNothing() {
    TensorScope.run(
        () -> {
          try (SpectralLinear map = stretching(1)) {
            Tensor weight = value(map, "weight_orig");
            Autograd.record(weight, true);
            Tensor tokens = Tensors.of(new float[] {1, 2}, 1, 1, 2);
            Tensor plain =
                Autograd.gradients(map.apply(tokens).pow(2).sum(2, false).mean(), List.of(weight))
                    .get(0);
            Tensor loss = map.apply(tokens).pow(2).sum(2, false).mean();
            map.refresh();
            assertThat(Autograd.gradients(loss, List.of(weight)).get(0)).isCloseTo(plain, 1e-6);
          }
        });
  }

  @Test
  void tokensLieOnARing() {
    TensorScope.run(
        () -> {
          try (SpectralLinear map = random(weights -> new SpectralLinear(weights, 1, 1, 3))) {
            value(map, "weight_orig").copy_(Tensors.of(new float[] {1, 0, 0}, 1, 1, 3));
            value(map, "bias").copy_(Tensors.of(new float[] {0}, 1));
            value(map, "weight_u").copy_(Tensors.of(new float[] {1}, 1));
            map.refresh();
            Tensor tokens = Tensors.of(new float[] {1, 2, 3, 4}, 1, 4, 1);
            assertThat(map.apply(tokens)).isCloseTo(new float[] {4, 1, 2, 3}, 1e-6);
          }
        });
  }

  @Test
  void everyTokenHasALogitAndTheOrderInAGroupIsOfNoMatter() {
    TensorScope.run(
        () -> {
          try (DiscriminatorHead head = head()) {
            Tensor tokens = ToyNetworks.normal(2, 3, 10, WIDTH);
            Tensor logits = head.apply(tokens);
            assertThat(logits).hasShape(3, 10);
            Tensor turned = Tensors.cat(List.of(tokens.narrow(0, 1, 2), tokens.narrow(0, 0, 1)), 0);
            assertThat(head.apply(turned).narrow(0, 2, 1)).isCloseTo(logits.narrow(0, 0, 1), 1e-5);
          }
        });
  }

  @Test
  void imagesAreNormalizedInGroupsOfEqualSize() {
    TensorScope.run(
        () -> {
          try (DiscriminatorHead head = head()) {
            Tensor ten = ToyNetworks.normal(3, 10, 10, WIDTH); // two groups of five
            Tensor five = head.apply(ten.narrow(0, 0, 5));
            assertThat(head.apply(ten).narrow(0, 0, 5)).isCloseTo(five, 1e-5);
            assertThat(five.sub(head.apply(ten.narrow(0, 0, 6)).narrow(0, 0, 5)).norm().item())
                .isPositive();
          }
        });
  }
}
