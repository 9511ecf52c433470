package dev.sana4j.nn;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.LiveTensors;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A layer frees its parameters, and {@code apply} frees the tensors of the forward pass. */
class LayerLifetimeTest {
  private Tensor input;
  private long before;

  @BeforeEach
  void makeInput() {
    input = Tensors.of(new float[] {1, 2}, 1, 2);
    before = LiveTensors.count();
  }

  @AfterEach
  void freeInput() {
    input.close();
  }

  private static Layer<Tensor> layer(UnaryOperator<Tensor> forward) {
    return new Layer<>() {
      @Override
      protected Tensor forward(Tensor tensor) {
        return forward.apply(tensor);
      }
    };
  }

  @Test
  void applyKeepsOnlyTheResult() {
    Layer<Tensor> layer = layer(tensor -> tensor.add(1).mul(2).sub(tensor));
    try (Tensor result = layer.apply(input)) {
      assertThat(LiveTensors.count()).isEqualTo(before + 1);
      assertThat(result).isCloseTo(new float[] {3, 4}, 0);
    }
  }

  @Test
  void aForwardPassThatThrowsLeavesNothing() {
    Layer<Tensor> layer =
        layer(
            tensor -> {
              throw new IllegalArgumentException("after " + tensor.add(1));
            });

    assertThatThrownBy(() -> layer.apply(input)).isInstanceOf(IllegalArgumentException.class);
    assertThat(LiveTensors.count()).isEqualTo(before);
  }

  @Test
  void anInputHandedThroughStaysWithItsOwner() {
    assertThat(layer(tensor -> tensor).apply(input)).isSameAs(input).hasShape(1, 2);
  }

  @Test
  void closingALayerFreesTheParametersOfItsParts() {
    Sequential network =
        load(w -> new Sequential(List.of(Linear.load(w.at(0), 2, 3), Linear.load(w.at(1), 3, 2))));
    List<Parameter> parameters = network.parameters();

    assertThat(parameters)
        .extracting(Parameter::name)
        .containsExactly("0.weight", "0.bias", "1.weight", "1.bias");
    assertThat(LiveTensors.count()).isEqualTo(before + 4);
    network.close();
    network.close();
    assertThat(LiveTensors.count()).isEqualTo(before);
    assertThatThrownBy(() -> network.apply(input)).isInstanceOf(IllegalStateException.class);
  }

  private static <L> L load(Function<Weights, L> network) {
    try (RandomWeights weights = new RandomWeights(1)) {
      return Weights.load(weights, DType.FLOAT32, Device.CPU, network);
    }
  }

  @Test
  void parametersSurviveManyApplications() {
    try (Linear layer = load(w -> Linear.load(w, 2, 2));
        Tensor first = layer.apply(input)) {
      for (int i = 0; i < 3; i++) {
        TensorScope.compute(
            () -> {
              assertThat(layer.apply(input)).isCloseTo(first, 0);
              return null;
            });
      }
    }
  }

  @Test
  void aSequenceHoldsOneIntermediateResultAtATime() {
    List<Long> alive = new ArrayList<>();
    Layer<Tensor> probe =
        layer(
            tensor -> {
              alive.add(LiveTensors.count() - before);
              return tensor.mul(2).add(1);
            });
    try (Tensor result = new Sequential(List.of(probe, probe, probe, probe)).apply(input)) {
      assertThat(alive).containsExactly(0L, 1L, 1L, 1L);
      assertThat(LiveTensors.count()).isEqualTo(before + 1);
      assertThat(result).isCloseTo(new float[] {31, 47}, 0);
    }
  }

  @Test
  void aChainOfStepsClosesItsFirstTensorToo() {
    List<Long> alive = new ArrayList<>();
    try (Tensor result =
        Layer.chain(
            input.copy(),
            3,
            (i, tensor) -> {
              alive.add(LiveTensors.count() - before);
              return tensor.add((double) i);
            })) {
      assertThat(alive).containsExactly(1L, 1L, 1L);
      assertThat(LiveTensors.count()).isEqualTo(before + 1);
      assertThat(result).isCloseTo(new float[] {4, 5}, 0);
    }
    assertThat(input).isCloseTo(new float[] {1, 2}, 0);
  }

  @Test
  void aSequenceMayContainLayersThatHandTheirInputThrough() {
    Layer<Tensor> same = layer(tensor -> tensor);
    Layer<Tensor> next = layer(tensor -> tensor.add(1));

    assertThat(new Sequential(List.of(same, same)).apply(input)).isSameAs(input);
    try (Tensor result = new Sequential(List.of(same, next, same, next)).apply(input)) {
      assertThat(result).isCloseTo(new float[] {3, 4}, 0);
      assertThat(input).isCloseTo(new float[] {1, 2}, 0);
    }
  }
}
