package dev.sana4j.nn;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.LiveTensors;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.GivenWeights;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdapterTest {
  private Linear doubling;
  private Tensor input;

  @BeforeEach
  void open() {
    doubling =
        Weights.load(
            new GivenWeights().with("weight", new float[] {2, 0, 0, 2}, 2, 2),
            DType.FLOAT32,
            Device.CPU,
            weights -> Linear.load(weights, 2, 2, false));
    input = Tensors.of(new float[] {1, 2}, 1, 2);
  }

  @AfterEach
  void close() {
    doubling.close();
    input.close();
  }

  private float[] output() {
    try (Tensor output = doubling.apply(input)) {
      return output.toFloats();
    }
  }

  @Test
  void anAdapterSeesInputAndOutputAndChangesTheOutput() {
    doubling.attach((in, out) -> out.add(in.mul(10)));
    assertThat(output()).containsExactly(12, 24);
  }

  @Test
  void severalAdaptersRunInTheOrderTheyWereAttached() {
    doubling.attach((in, out) -> out.add(1));
    doubling.attach((in, out) -> out.mul(10));
    assertThat(output()).containsExactly(30, 50);
  }

  @Test
  void anAdapterThatWasTakenOffHasNoEffectAnyMore() {
    Adapter plusOne = (in, out) -> out.add(1);
    Adapter timesTen = (in, out) -> out.mul(10);
    doubling.attach(plusOne);
    doubling.attach(timesTen);
    doubling.detach(plusOne);
    assertThat(output()).containsExactly(20, 40);
    doubling.detach(timesTen);
    doubling.detach(timesTen);
    assertThat(output()).containsExactly(2, 4);
  }

  @Test
  void anObserverKeepsACopyAndLeavesTheOutputAlone() {
    List<Tensor> seen = new ArrayList<>();
    doubling.attach(
        (in, out) -> {
          seen.add(out.copy().keep());
          return out;
        });
    assertThat(output()).containsExactly(2, 4);
    assertThat(seen).hasSize(1);
    try (Tensor activation = seen.get(0)) {
      assertThat(activation).isCloseTo(new float[] {2, 4}, 0);
    }
  }

  @Test
  void whatAdaptersMakeIsFreedButTheResult() {
    long before = LiveTensors.count();
    doubling.attach((in, out) -> out.add(in.mul(3)).mul(2));
    doubling.attach((in, out) -> out.add(1));
    try (Tensor output = doubling.apply(input)) {
      assertThat(output).hasShape(1, 2);
      assertThat(LiveTensors.count()).isEqualTo(before + 1);
    }
  }

  @Test
  void linearsAreFoundInTheWholeTreeUnderTheirCheckpointPaths() {
    try (RandomWeights random = new RandomWeights(1);
        Sequential network = Weights.load(random, DType.FLOAT32, Device.CPU, AdapterTest::nested)) {
      assertThat(network.affineMaps().keySet())
          .containsExactly("first", "inner.to_q", "inner.out.0");
      assertThat(network.affineMaps().values())
          .extracting(linear -> linear.weight().name())
          .containsExactly("first.weight", "inner.to_q.weight", "inner.out.0.weight");
    }
  }

  private static Sequential nested(Weights weights) {
    Weights inner = weights.at("inner");
    return new Sequential(
        List.of(
            Linear.load(weights.at("first"), 2, 2),
            RmsNorm.load(weights.at("norm"), 2, 1e-6),
            new Sequential(
                List.of(
                    Linear.load(inner.at("to_q"), 2, 2, false),
                    Linear.load(inner.at("out.0"), 2, 2)))));
  }
}
