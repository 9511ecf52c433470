package dev.sana4j.clip;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.clip.ClipConfig.Activation;
import dev.sana4j.clip.ClipConfig.Tower;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorException;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Properties of CLIP that hold for any weights; {@code sana verify} compares numbers. */
class ClipModelTest {
  private static final double ROUNDING = 1e-5;
  private static final int END = 9;
  private static final ClipConfig TOY =
      new ClipConfig(
          new Tower(8, 16, 2, 2, Activation.GELU, 1e-5),
          new Tower(12, 24, 2, 3, Activation.QUICK_GELU, 1e-5),
          10,
          6,
          8,
          4,
          5);

  private static void with(Consumer<ClipModel> body) {
    try (RandomWeights weights = new RandomWeights(1);
        ClipModel network =
            Weights.load(weights, DType.FLOAT32, Device.CPU, all -> new ClipModel(all, TOY))) {
      TensorScope.run(() -> body.accept(network));
    }
  }

  private static Tensor ids(int... ids) {
    return Tensors.of(ids, 1, ids.length);
  }

  private static Tensor images(int count) {
    try (Generator generator = new Generator(3)) {
      return generator.normal(count, 3, 8, 8);
    }
  }

  @Test
  void tokensAfterTheFirstEndDoNotMatter() {
    with(
        network ->
            assertThat(network.embedTexts(ids(0, 4, END, 3, 2, END), END))
                .isCloseTo(network.embedTexts(ids(0, 4, END), END), ROUNDING));
  }

  @Test
  void tokensBeforeTheEndMatter() {
    with(
        network -> {
          Tensor one = network.embedTexts(ids(0, 4, 5, END), END);
          Tensor other = network.embedTexts(ids(0, 5, 4, END), END);
          assertThat(one.sub(other).abs().sum().item()).isGreaterThan(0.01);
        });
  }

  @Test
  void imagesDoNotInfluenceEachOther() {
    with(
        network -> {
          Tensor both = images(2);
          assertThat(network.apply(both).narrow(0, 1, 1))
              .isCloseTo(network.apply(both.narrow(0, 1, 1)), ROUNDING);
        });
  }

  @Test
  void vectorsHaveLengthOne() {
    with(
        network ->
            assertThat(Functional.length(network.apply(images(1))).item())
                .isCloseTo(1, within(ROUNDING)));
  }

  @Test
  void refusesImagesOfAnotherSize() {
    with(
        network ->
            assertThatThrownBy(
                    () -> network.apply(Tensors.zeros(DType.FLOAT32, Device.CPU, 1, 3, 8, 9)))
                .isInstanceOf(TensorException.class)
                .hasMessageContaining("8 x 8"));
  }

  @Test
  void refusesTooManyTokens() {
    with(
        network ->
            assertThatThrownBy(() -> network.embedTexts(ids(0, 1, 2, 3, 4, 5, END), END))
                .isInstanceOf(TensorException.class)
                .hasMessageContaining("at most 6 tokens"));
  }
}
