package dev.sana4j.sana;

import static dev.sana4j.sana.ToySana.PLAIN;
import static dev.sana4j.sana.ToySana.input;
import static dev.sana4j.sana.ToySana.normal;
import static dev.sana4j.sana.ToySana.withResiduals;
import static dev.sana4j.testkit.TensorAssert.assertThat;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.WeightSource;
import dev.sana4j.weights.Weights;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class SanaControlNetTest {

  /** Random weights, with zeros where an untrained ControlNet has zeros. */
  private record ZeroProjections(RandomWeights random) implements WeightSource {
    @Override
    public boolean contains(String name) {
      return true;
    }

    @Override
    public Tensor tensor(String name, long... shape) {
      return name.startsWith("controlnet_blocks.")
          ? Tensors.zeros(DType.FLOAT32, Device.CPU, shape)
          : random.tensor(name, shape);
    }

    @Override
    public Set<String> names() {
      return Set.of();
    }

    @Override
    public String description() {
      return "a fresh control net";
    }
  }

  private static SanaControlNet fresh() {
    try (RandomWeights random = new RandomWeights(2)) {
      return Weights.load(
          new ZeroProjections(random),
          DType.FLOAT32,
          Device.CPU,
          weights -> new SanaControlNet(weights, PLAIN));
    }
  }

  private static SanaControlNet trained() {
    return ToySana.random(2, weights -> new SanaControlNet(weights, PLAIN));
  }

  private static void with(SanaControlNet given, BiConsumer<SanaTransformer, SanaControlNet> body) {
    try (SanaControlNet control = given;
        SanaTransformer transformer = ToySana.transformer(PLAIN)) {
      TensorScope.compute(
          () -> {
            body.accept(transformer, control);
            return null;
          });
    }
  }

  private static SanaControlNet.Input controlled(SanaInput input, double scale) {
    return new SanaControlNet.Input(input, normal(21, input.latents().shape()), scale);
  }

  @Test
  void aFreshControlNetLeavesTheTransformerUnchanged() {
    with(
        fresh(),
        (transformer, control) -> {
          SanaInput input = input(2, 4, 4);
          Tensor residuals = control.apply(controlled(input, 1));
          assertThat(residuals).hasShape(2, 2, 16, 8);
          assertThat(transformer.apply(withResiduals(input, residuals)))
              .isCloseTo(transformer.apply(input), 0);
        });
  }

  @Test
  void scaleZeroTurnsATrainedControlNetOff() {
    with(
        trained(),
        (transformer, control) -> {
          SanaInput input = input(1, 4, 4);
          Tensor off = control.apply(controlled(input, 0));
          Tensor on = control.apply(controlled(input, 1));
          Tensor base = transformer.apply(input);
          assertThat(transformer.apply(withResiduals(input, off))).isCloseTo(base, 0);
          assertThat(transformer.apply(withResiduals(input, on))).differsFrom(base, 1e-3);
        });
  }

  @Test
  void residualsGrowWithTheScale() {
    with(
        trained(),
        (transformer, control) -> {
          SanaInput input = input(1, 4, 4);
          assertThat(control.apply(controlled(input, 2)))
              .isCloseTo(control.apply(controlled(input, 1)).mul(2), 1e-5);
        });
  }

  @Test
  void theControlImageIsSeen() {
    with(
        trained(),
        (transformer, control) -> {
          SanaInput input = input(1, 4, 4);
          Tensor other = normal(22, 1, 4, 4, 4);
          assertThat(control.apply(new SanaControlNet.Input(input, other, 1)))
              .differsFrom(control.apply(controlled(input, 1)), 1e-3);
        });
  }

  @Test
  void residualsSteerFromTheSecondBlockOnEachItsOwnAndTheLastIsIgnored() {
    SanaConfig threeBlocks = ToySana.config(3);
    try (SanaTransformer transformer = ToySana.transformer(threeBlocks)) {
      TensorScope.compute(
          () -> {
            SanaInput input = input(1, 4, 4);
            Tensor first = normal(31, 1, 1, 16, 8);
            Tensor second = normal(32, 1, 1, 16, 8);
            Tensor last = normal(33, 1, 1, 16, 8);
            List<Tensor> base = steered(transformer, input, first, second, last);

            List<Tensor> other = steered(transformer, input, last, second, last);
            assertThat(other.get(1)).isCloseTo(base.get(1), 0); // the output before its residual
            assertThat(other.get(2)).differsFrom(base.get(2), 1e-3);

            other = steered(transformer, input, first, last, last);
            assertThat(other.get(2)).isCloseTo(base.get(2), 0);
            assertThat(other.get(3)).differsFrom(base.get(3), 1e-3);

            other = steered(transformer, input, first, second, first);
            assertThat(other.get(3)).isCloseTo(base.get(3), 0);
            return null;
          });
    }
  }

  private static List<Tensor> steered(
      SanaTransformer transformer, SanaInput input, Tensor... residuals) {
    return transformer.trace(withResiduals(input, Tensors.cat(List.of(residuals), 0)));
  }
}
