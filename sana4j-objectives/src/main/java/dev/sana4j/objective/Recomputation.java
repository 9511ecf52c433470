package dev.sana4j.objective;

import dev.sana4j.sana.SanaBlock;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorGroup;
import dev.sana4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Gradient checkpointing (arXiv 1604.06174) for the loss of a chain of functions. Only the input of
 * every link is kept. The backward pass recomputes the activations inside a link. So the
 * activations of only one link are in memory, and the forward pass runs twice.
 */
public final class Recomputation {
  private final List<UnaryOperator<Tensor>> links;
  private final List<Tensor> leaves;
  private final Map<Tensor, Tensor> sums = new LinkedHashMap<>();

  private Recomputation(List<UnaryOperator<Tensor>> links, List<Tensor> leaves) {
    this.links = links;
    this.leaves = leaves;
  }

  /**
   * Result of a chain.
   *
   * @param output output of the last link, without gradient
   * @param learned loss of the output, with its gradients
   */
  public record Result(Tensor output, LossAndGradients learned) implements TensorGroup {
    @Override
    public List<Tensor> tensors() {
      List<Tensor> all = new ArrayList<>(learned.tensors());
      all.add(output);
      return all;
    }
  }

  /**
   * Computes a chain, its loss and the gradients.
   *
   * @param links functions that return the same result each time
   * @param input input of the first link
   * @param loss maps the last output to a scalar
   * @param leaves parameters of the links and of the loss, which require gradients
   * @return output, loss and one gradient per leaf, zeros where the loss does not depend on it;
   *     owned by the current scope
   */
  public static Result chain(
      List<UnaryOperator<Tensor>> links,
      Tensor input,
      UnaryOperator<Tensor> loss,
      List<Tensor> leaves) {
    return TensorScope.tidy(
        () -> {
          Recomputation chain = new Recomputation(links, leaves);
          Pass pass = chain.run(input, loss);
          return new Result(
              pass.output(), new LossAndGradients(pass.loss(), chain.gradients(leaves)));
        });
  }

  /**
   * Computes a loss of a transformer's prediction and the gradients, block by block.
   *
   * @param network the transformer
   * @param input arguments of the transformer, without ControlNet residuals
   * @param loss maps the prediction to a scalar
   * @param leaves parameters and text embedding, which require gradients
   * @return the loss and one gradient per leaf, zeros where the loss does not depend on it; owned
   *     by the current scope
   */
  public static LossAndGradients transformer(
      SanaTransformer network, SanaInput input, UnaryOperator<Tensor> loss, List<Tensor> leaves) {
    return TensorScope.tidy(
        () -> {
          Stem fixed = Libtorch.noGrad(() -> Stem.of(network, input)).cut();
          List<UnaryOperator<Tensor>> blocks = new ArrayList<>();
          for (int i = 0; i < network.depth(); i++) {
            int block = i;
            blocks.add(tokens -> network.block(block, tokens, fixed.condition(), null));
          }
          List<Tensor> all = new ArrayList<>(leaves);
          all.addAll(fixed.shared());
          Recomputation chain = new Recomputation(blocks, all);
          Pass pass =
              chain.run(
                  fixed.tokens(),
                  tokens ->
                      loss.apply(
                          network.unpatchify(tokens, fixed.time(), fixed.condition().grid())));
          chain.add(fixed.tokens(), pass.ofInput());
          chain.carryOn(() -> Stem.of(network, input).tensors(), fixed.tensors());
          return new LossAndGradients(pass.loss(), chain.gradients(leaves));
        });
  }

  /** The stem's outputs, which the blocks and the output layer read. */
  private record Stem(Tensor tokens, Tensor time, SanaBlock.Condition condition) {
    static Stem of(SanaTransformer network, SanaInput input) {
      Tensor time = network.stem().time(input);
      return new Stem(
          network.stem().apply(input.latents()), time, network.stem().condition(input, time));
    }

    /** Returns the tensors that every block reads. */
    List<Tensor> shared() {
      return List.of(time, condition.text(), condition.modulation());
    }

    List<Tensor> tensors() {
      return List.of(tokens, time, condition.text(), condition.modulation());
    }

    /** Returns the same values as leaves, which collect the gradients of all blocks. */
    Stem cut() {
      return new Stem(
          Autograd.leaf(tokens),
          Autograd.leaf(time),
          new SanaBlock.Condition(
              Autograd.leaf(condition.text()),
              condition.textBias(),
              Autograd.leaf(condition.modulation()),
              condition.grid()));
    }
  }

  /** The last output, its loss, and the gradient of the chain's input. */
  private record Pass(Tensor output, Tensor loss, Tensor ofInput) {}

  private Pass run(Tensor input, UnaryOperator<Tensor> loss) {
    List<Tensor> inputs = Libtorch.noGrad(() -> inputs(input));
    Tensor output = Autograd.leaf(inputs.get(links.size()));
    Tensor value = TensorScope.tidy(() -> loss.apply(output));
    Tensor gradient = carry(() -> value, List.of(), output);
    for (int i = links.size() - 1; i >= 0; i--) {
      UnaryOperator<Tensor> link = links.get(i);
      try (Tensor leaf = Autograd.leaf(inputs.get(i));
          Tensor known = gradient) {
        gradient = carry(() -> link.apply(leaf), List.of(known), leaf);
      }
      inputs.get(i + 1).close();
    }
    return new Pass(output.alias(), value.alias(), gradient);
  }

  /** The input of every link, and the last output. */
  private List<Tensor> inputs(Tensor input) {
    List<Tensor> inputs = new ArrayList<>(List.of(input.alias()));
    links.forEach(link -> inputs.add(link.apply(inputs.get(inputs.size() - 1)).alias()));
    return inputs;
  }

  /** Adds to the gradients of the leaves and returns the gradient of the input. */
  private Tensor carry(Supplier<Tensor> output, List<Tensor> weights, Tensor input) {
    List<Tensor> inputs = new ArrayList<>(leaves);
    inputs.add(input);
    Map<Tensor, Tensor> found = new LinkedHashMap<>();
    TensorScope.tidyAll(
        () -> {
          found.putAll(Autograd.dependent(List.of(output.get()), weights, inputs));
          return List.copyOf(found.values());
        });
    Tensor gradient = found.remove(input);
    found.forEach(this::add);
    return gradient == null ? zeros(input) : gradient;
  }

  /** Propagates the gradients of cut tensors to the leaves they were computed from. */
  private void carryOn(Supplier<List<Tensor>> again, List<Tensor> cuts) {
    Map<Tensor, Tensor> found = new LinkedHashMap<>();
    TensorScope.tidyAll(
        () -> {
          List<Tensor> outputs = new ArrayList<>();
          List<Tensor> weights = new ArrayList<>();
          List<Tensor> made = again.get();
          for (int i = 0; i < made.size(); i++) {
            Tensor known = sums.get(cuts.get(i));
            if (known != null && Autograd.isRecorded(made.get(i))) {
              outputs.add(made.get(i));
              weights.add(known);
            }
          }
          if (!outputs.isEmpty()) {
            found.putAll(Autograd.dependent(outputs, weights, leaves));
          }
          return List.copyOf(found.values());
        });
    found.forEach(this::add);
  }

  private static Tensor zeros(Tensor like) {
    return Libtorch.noGrad(() -> like.mul(0));
  }

  /** Adds, but not in place, because two gradients may share memory. */
  private void add(Tensor leaf, Tensor gradient) {
    Tensor before = sums.get(leaf);
    sums.put(leaf, before == null ? gradient : before.add(gradient));
  }

  private List<Tensor> gradients(List<Tensor> of) {
    return of.stream()
        .map(
            leaf -> {
              Tensor sum = sums.get(leaf);
              return sum == null ? zeros(leaf) : sum;
            })
        .toList();
  }
}
