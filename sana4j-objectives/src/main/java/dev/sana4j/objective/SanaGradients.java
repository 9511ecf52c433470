package dev.sana4j.objective;

import dev.sana4j.sana.SanaBlock;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The gradients of a loss of the transformer's prediction, block by block: only the input of every
 * block is kept, and what happens inside is computed again on the way back (gradient checkpointing,
 * arXiv 1604.06174). Memory for activations is that of one block; the forward pass runs twice.
 */
public final class SanaGradients {
  private final SanaTransformer network;
  private final SanaInput input;
  private final List<Tensor> leaves;
  private final Map<Tensor, Tensor> sums = new LinkedHashMap<>();

  private SanaGradients(SanaTransformer network, SanaInput input, List<Tensor> leaves) {
    this.network = network;
    this.input = input;
    this.leaves = leaves;
  }

  /**
   * Computes the loss and its gradients.
   *
   * @param network the transformer
   * @param input its arguments; without ControlNet residuals
   * @param loss of the prediction, a scalar
   * @param leaves what gradients are asked for: recorded parameters, the text embedding
   * @return the loss, then one gradient a leaf, zeros where the loss does not depend on it; owned
   *     by the current scope
   */
  public static List<Tensor> recomputed(
      SanaTransformer network, SanaInput input, UnaryOperator<Tensor> loss, List<Tensor> leaves) {
    return TensorScope.tidyAll(() -> new SanaGradients(network, input, leaves).run(loss));
  }

  /** What flows from the stem to the blocks and to the output. */
  private record Stem(Tensor tokens, Tensor time, SanaBlock.Condition condition) {
    List<Tensor> tensors() {
      return List.of(tokens, time, condition.text(), condition.modulation());
    }
  }

  private List<Tensor> run(UnaryOperator<Tensor> loss) {
    Stem fixed = cut(Libtorch.noGrad(this::stem));
    List<Tensor> inputs = Libtorch.noGrad(() -> blockInputs(fixed)); // and the last output
    Tensor last = Autograd.leaf(inputs.get(network.depth()));
    Tensor value =
        TensorScope.tidy(
            () -> loss.apply(network.unpatchify(last, fixed.time(), fixed.condition().grid())));
    Tensor gradient = carry(() -> value, List.of(), last, fixed);
    for (int i = network.depth() - 1; i >= 0; i--) {
      int block = i;
      Tensor tokens = Autograd.leaf(inputs.get(i));
      gradient =
          carry(
              () -> network.block(block, tokens, fixed.condition(), null),
              List.of(gradient),
              tokens,
              fixed);
    }
    add(fixed.tokens(), gradient);
    throughStem(fixed);
    List<Tensor> results = new ArrayList<>(List.of(Libtorch.noGrad(value::copy)));
    leaves.forEach(leaf -> results.add(sums.getOrDefault(leaf, zeros(leaf))));
    return results;
  }

  private Stem stem() {
    Tensor time = network.stem().time(input);
    return new Stem(
        network.stem().apply(input.latents()), time, network.stem().condition(input, time));
  }

  /** The same values as leaves of their own, where gradients of all blocks meet. */
  private static Stem cut(Stem stem) {
    SanaBlock.Condition condition = stem.condition();
    return new Stem(
        Autograd.leaf(stem.tokens()),
        Autograd.leaf(stem.time()),
        new SanaBlock.Condition(
            Autograd.leaf(condition.text()),
            condition.textBias(),
            Autograd.leaf(condition.modulation()),
            condition.grid()));
  }

  private List<Tensor> blockInputs(Stem stem) {
    List<Tensor> inputs = new ArrayList<>(List.of(stem.tokens()));
    for (int i = 0; i < network.depth(); i++) {
      inputs.add(network.block(i, inputs.get(i), stem.condition(), null));
    }
    return inputs;
  }

  private void throughStem(Stem fixed) {
    TensorScope.tidyAll(
        () -> {
          List<Tensor> outputs = new ArrayList<>();
          List<Tensor> weights = new ArrayList<>();
          List<Tensor> made = stem().tensors();
          for (int i = 0; i < made.size(); i++) {
            Tensor known = sums.get(fixed.tensors().get(i));
            if (known != null && Autograd.isRecorded(made.get(i))) {
              outputs.add(made.get(i));
              weights.add(known);
            }
          }
          if (outputs.isEmpty()) {
            return List.of();
          }
          Map<Tensor, Tensor> found = Autograd.dependent(outputs, weights, leaves);
          found.forEach(this::add);
          return List.copyOf(sums.values());
        });
  }

  /** Adds to the gradients of leaves and of the stem; returns that of the tokens. */
  private Tensor carry(Supplier<Tensor> output, List<Tensor> weights, Tensor tokens, Stem fixed) {
    List<Tensor> inputs = new ArrayList<>(leaves);
    inputs.addAll(List.of(fixed.time(), fixed.condition().text(), fixed.condition().modulation()));
    inputs.add(tokens);
    Map<Tensor, Tensor> found = new LinkedHashMap<>();
    TensorScope.tidyAll(
        () -> {
          found.putAll(Autograd.dependent(List.of(output.get()), weights, inputs));
          return List.copyOf(found.values());
        });
    Tensor gradient = found.remove(tokens);
    found.forEach(this::add);
    return gradient == null ? zeros(tokens) : gradient;
  }

  private static Tensor zeros(Tensor like) {
    return Libtorch.noGrad(() -> like.mul(0));
  }

  /** Not in place: two gradients may share memory. */
  private void add(Tensor leaf, Tensor gradient) {
    Tensor before = sums.get(leaf);
    sums.put(leaf, before == null ? gradient : before.add(gradient));
  }
}
