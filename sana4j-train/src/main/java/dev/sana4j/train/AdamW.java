package dev.sana4j.train;

import dev.sana4j.tensor.FusedAdamW;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * AdamW (arXiv 1711.05101). Weights decay in matrices and kernels only: vectors are biases, scales
 * and shifts.
 */
public final class AdamW implements Optimizer {
  private final Settings settings;
  private final int count;
  private final Moments moments = new Moments("AdamW optimizer");
  private final Group decaying = new Group();
  private final Group free = new Group();

  /**
   * The numbers of the method.
   *
   * @param beta1 decay of the moving average of gradients
   * @param beta2 decay of the moving average of their squares
   * @param eps added to the root of the second
   * @param weightDecay pull of matrices and kernels towards 0, in units of the learning rate
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

  /** Parameters with the same decay; the lists go to the native call as they are. */
  private static final class Group {
    final List<Integer> places = new ArrayList<>();
    final List<Tensor> values = new ArrayList<>();
    final List<Tensor> first = new ArrayList<>();
    final List<Tensor> second = new ArrayList<>();
    final List<Tensor> counts = new ArrayList<>();
  }

  /**
   * An optimizer without memory.
   *
   * @param parameters to change
   * @param settings the numbers of the method
   */
  public AdamW(List<Trainable> parameters, Settings settings) {
    this.settings = settings;
    this.count = parameters.size();
    for (int i = 0; i < count; i++) {
      Trainable parameter = parameters.get(i);
      Tensor value = parameter.value();
      Group group = parameter.decays() ? decaying : free;
      group.places.add(i);
      group.values.add(value);
      group.first.add(moment(parameter, ".first", value.shape()));
      group.second.add(moment(parameter, ".second", value.shape()));
      group.counts.add(moment(parameter, ".steps"));
    }
  }

  private Tensor moment(Trainable parameter, String name, long... shape) {
    return moments.zeros(parameter.name() + name, parameter.value().device(), shape);
  }

  @Override
  public void step(List<Tensor> gradients, double learningRate) {
    NumberCheck.sameCount(count, gradients.size());
    step(decaying, gradients, learningRate, settings.weightDecay());
    step(free, gradients, learningRate, 0);
  }

  private void step(Group group, List<Tensor> gradients, double learningRate, double weightDecay) {
    if (group.values.isEmpty()) {
      return;
    }
    TensorScope.confine(
        () ->
            Libtorch.noGrad(
                () -> {
                  FusedAdamW.step(
                      group.values,
                      group.places.stream().map(i -> gradients.get(i).contiguous()).toList(),
                      new FusedAdamW.Moments(group.first, group.second, group.counts),
                      new FusedAdamW.Settings(
                          learningRate,
                          settings.beta1(),
                          settings.beta2(),
                          settings.eps(),
                          weightDecay));
                  return group;
                }));
  }

  @Override
  public Map<String, Tensor> state() {
    return moments.all();
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    moments.restore(state);
  }

  @Override
  public void close() {
    moments.close();
  }
}
