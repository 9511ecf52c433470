package dev.sana4j.objective;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RecomputationTest {
  private static Tensor leaf(long seed) {
    return Autograd.leaf(ToyNetworks.normal(seed, 4));
  }

  @Test
  void aLeafOfSeveralLinksAndOfTheLossHasTheGradientOfTheWhole() {
    TensorScope.run(
        () -> {
          Tensor input = ToyNetworks.normal(1, 4);
          Tensor shared = leaf(2);
          Tensor single = leaf(3);
          Tensor unused = leaf(4);
          List<UnaryOperator<Tensor>> links =
              List.of(
                  x -> x.mul(shared).cos(), x -> x.add(single).sin(), x -> x.mul(shared).pow(2));
          UnaryOperator<Tensor> loss = x -> x.mul(shared.cos()).sum();
          List<Tensor> leaves = List.of(shared, single, unused);

          Tensor whole = input;
          for (UnaryOperator<Tensor> link : links) {
            whole = link.apply(whole);
          }
          LossAndGradients expected = LossAndGradients.of(loss.apply(whole), leaves);
          Recomputation.Result found = Recomputation.chain(links, input, loss, leaves);

          assertThat(found.output()).isCloseTo(whole.alias().toFloats(), 1e-6);
          assertThat(found.learned().loss().item()).isEqualTo(expected.loss().item());
          for (int i = 0; i < leaves.size(); i++) {
            assertThat(found.learned().gradients().get(i))
                .isCloseTo(expected.gradients().get(i).toFloats(), 1e-5);
          }
        });
  }

  @Test
  void leavesThatAreNotUsedHaveGradientsOfZero() {
    TensorScope.run(
        () -> {
          Tensor unused = leaf(4);
          Tensor input = ToyNetworks.normal(1, 4);
          Recomputation.Result found =
              Recomputation.chain(List.of(x -> x.mul(2)), input, Tensor::sum, List.of(unused));
          assertThat(found.learned().gradients().get(0)).isCloseTo(new float[4], 0);
        });
  }
}
