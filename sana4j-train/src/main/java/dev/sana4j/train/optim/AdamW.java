package dev.sana4j.train.optim;

import dev.sana4j.tensor.FusedAdamW;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.train.NumberCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * AdamW (arXiv 1711.05101). Weights decay in matrices and kernels only: vectors are biases, scales
 * and shifts.
 */
public final class AdamW extends Optimizer {
  private final Settings settings;
  private final int count;
  private final List<Kept> decaying = new ArrayList<>();
  private final List<Kept> free = new ArrayList<>();

  /**
   * The numbers of the method.
   *
   * @param beta1 decay of the moving average of gradients
   * @param beta2 decay of the moving average of their squares
   * @param eps added to the root of the second
   * @param weightDecay weight decay of matrices and kernels, as a multiple of the learning rate
   */
  public record Settings(double beta1, double beta2, double eps, double weightDecay) {
    /** 0.9, 0.999, 1e-8 and 0.01, as in PyTorch. */
    public static final Settings DEFAULT = new Settings(0.9, 0.999, 1e-8, 1e-2);

    /** Checks the values. */
    public Settings {
      NumberCheck.share("beta1", beta1);
      NumberCheck.share("beta2", beta2);
      NumberCheck.notNegative("eps", eps);
      NumberCheck.notNegative("weight decay", weightDecay);
    }
  }

  /** A parameter, its index, and its state. */
  private record Kept(int place, Trainable parameter, Tensor first, Tensor second, Tensor count) {}

  /**
   * Creates an optimizer with empty state.
   *
   * @param parameters to change
   * @param settings the numbers of the method
   */
  public AdamW(List<Trainable> parameters, Settings settings) {
    this(parameters, settings, new Moments("AdamW optimizer"));
  }

  /** Creates one whose state belongs to another optimizer, which saves, restores and frees it. */
  AdamW(List<Trainable> parameters, Settings settings, Moments moments) {
    super(moments);
    this.settings = settings;
    this.count = parameters.size();
    for (int i = 0; i < count; i++) {
      Trainable parameter = parameters.get(i);
      long[] shape = parameter.value().shape();
      (parameter.decays() ? decaying : free)
          .add(
              new Kept(
                  i,
                  parameter,
                  moment(parameter, ".first", shape),
                  moment(parameter, ".second", shape),
                  moment(parameter, ".steps")));
    }
  }

  private Tensor moment(Trainable parameter, String name, long... shape) {
    return moments.zeros(parameter.name() + name, parameter.value().device(), shape);
  }

  @Override
  public void step(List<Tensor> gradients, double learningRate, Set<String> frozen) {
    NumberCheck.sameCount(count, gradients.size());
    step(without(frozen, decaying), gradients, learningRate, settings.weightDecay());
    step(without(frozen, free), gradients, learningRate, 0);
  }

  private static List<Kept> without(Set<String> frozen, List<Kept> all) {
    return all.stream().filter(kept -> !frozen.contains(kept.parameter().name())).toList();
  }

  private static List<Tensor> each(List<Kept> all, Function<Kept, Tensor> part) {
    return all.stream().map(part).toList();
  }

  /** All of them with the same decay, in one pass through memory. */
  private void step(
      List<Kept> changed, List<Tensor> gradients, double learningRate, double weightDecay) {
    if (changed.isEmpty()) {
      return;
    }
    TensorScope.compute(
        () ->
            Libtorch.noGrad(
                () -> {
                  FusedAdamW.step(
                      each(changed, kept -> kept.parameter().value()),
                      each(changed, kept -> gradients.get(kept.place()).contiguous()),
                      new FusedAdamW.Moments(
                          each(changed, Kept::first),
                          each(changed, Kept::second),
                          each(changed, Kept::count)),
                      new FusedAdamW.Settings(
                          learningRate,
                          settings.beta1(),
                          settings.beta2(),
                          settings.eps(),
                          weightDecay));
                  return changed;
                }));
  }
}
