package dev.sana4j.objective;

import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The gradients of a loss of a chain of functions, link by link: only the input of every link is
 * kept, and what happens inside is computed again on the way back (gradient checkpointing, arXiv
 * 1604.06174).
 */
public final class RecomputedChain {
  private final List<UnaryOperator<Tensor>> links;
  private final List<Tensor> leaves;
  private final Map<Tensor, Tensor> found = new LinkedHashMap<>();

  private RecomputedChain(List<UnaryOperator<Tensor>> links, List<Tensor> leaves) {
    this.links = links;
    this.leaves = leaves;
  }

  /**
   * Computes the loss and its gradients.
   *
   * @param links give the same result each time; every leaf is used by one of them
   * @param loss of the last output, a scalar
   * @param leaves recorded parameters of the links
   * @return the last output, the loss, then one gradient a leaf; owned by the current scope
   */
  public static List<Tensor> run(
      List<UnaryOperator<Tensor>> links,
      Tensor input,
      UnaryOperator<Tensor> loss,
      List<Tensor> leaves) {
    return TensorScope.tidyAll(() -> new RecomputedChain(links, leaves).run(input, loss));
  }

  private List<Tensor> run(Tensor input, UnaryOperator<Tensor> loss) {
    List<Tensor> inputs = Libtorch.noGrad(() -> inputs(input));
    Tensor output = Autograd.leaf(inputs.get(links.size()));
    List<Tensor> end =
        TensorScope.tidyAll(
            () -> {
              Tensor value = loss.apply(output);
              return List.of(value.alias(), gradient(value, List.of(), output));
            });
    Tensor gradient = end.get(1);
    for (int i = links.size() - 1; i >= 0; i--) {
      Tensor next = carry(links.get(i), inputs.get(i), gradient);
      gradient.close();
      inputs.get(i + 1).close();
      gradient = next;
    }
    List<Tensor> results = new ArrayList<>(List.of(output.alias(), end.get(0)));
    leaves.forEach(leaf -> results.add(found.getOrDefault(leaf, zeros(leaf))));
    return results;
  }

  /** The input of every link, and the last output. */
  private List<Tensor> inputs(Tensor input) {
    List<Tensor> inputs = new ArrayList<>(List.of(input.alias()));
    links.forEach(link -> inputs.add(link.apply(inputs.get(inputs.size() - 1)).alias()));
    return inputs;
  }

  private Tensor carry(UnaryOperator<Tensor> link, Tensor input, Tensor gradient) {
    List<Tensor> kept =
        TensorScope.tidyAll(
            () -> {
              Tensor leaf = Autograd.leaf(input);
              Tensor ofInput = gradient(link.apply(leaf), List.of(gradient), leaf);
              List<Tensor> all = new ArrayList<>(found.values());
              all.add(ofInput);
              return all;
            });
    return kept.get(kept.size() - 1);
  }

  /** That of the input; those of the leaves are kept. */
  private Tensor gradient(Tensor output, List<Tensor> weights, Tensor input) {
    List<Tensor> inputs = new ArrayList<>(leaves);
    inputs.add(input);
    Map<Tensor, Tensor> all = Autograd.dependent(List.of(output), weights, inputs);
    Tensor ofInput = all.remove(input);
    found.putAll(all);
    return ofInput == null ? zeros(input) : ofInput;
  }

  private static Tensor zeros(Tensor like) {
    return Libtorch.noGrad(() -> like.mul(0));
  }
}
