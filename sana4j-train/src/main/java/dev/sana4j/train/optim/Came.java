package dev.sana4j.train.optim;

import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.train.NumberCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * CAME, confidence-guided adaptive memory efficient optimization (arXiv 2307.02047, algorithm 2).
 *
 * <p>For linear layers and 1x1 convolutions the second moment and the instability of the update are
 * kept as one number per row and one per column. Other kernels and vectors have a full second
 * moment and no confidence, as in NVlabs' Sana (diffusion/utils/optimizer.py, CAMEWrapper).
 */
public final class Came extends Optimizer {
  private final Settings settings;
  private final List<Rule> rules = new ArrayList<>();

  /**
   * The numbers of the method.
   *
   * @param beta1 decay of the moving average of updates
   * @param beta2 decay of the moving average of squared gradients
   * @param beta3 decay of the moving average of the instability
   * @param gradientEps added to squared gradients
   * @param instabilityEps added to squared differences of the update from its average
   * @param clipThreshold largest root mean square of an update before it is averaged
   * @param weightDecay weight decay of matrices and kernels, as a multiple of the learning rate
   */
  public record Settings(
      double beta1,
      double beta2,
      double beta3,
      double gradientEps,
      double instabilityEps,
      double clipThreshold,
      double weightDecay) {
    /** 0.9, 0.999, 0.9999, 1e-30, 1e-16, 1 and 0, as in the paper. */
    public static final Settings DEFAULT = new Settings(0.9, 0.999, 0.9999, 1e-30, 1e-16, 1, 0);

    /** Checks the values. */
    public Settings {
      NumberCheck.share("beta1", beta1);
      NumberCheck.share("beta2", beta2);
      NumberCheck.share("beta3", beta3);
      NumberCheck.positive("gradient eps", gradientEps);
      NumberCheck.positive("instability eps", instabilityEps);
      NumberCheck.positive("clip threshold", clipThreshold);
      NumberCheck.notNegative("weight decay", weightDecay);
    }
  }

  /** How one parameter is updated. */
  private interface Rule {
    Trainable parameter();

    void step(Tensor gradient, double learningRate);
  }

  /**
   * Creates an optimizer with empty state.
   *
   * @param parameters to change
   * @param settings the numbers of the method
   */
  public Came(List<Trainable> parameters, Settings settings) {
    super(new Moments("CAME optimizer"));
    this.settings = settings;
    for (Trainable parameter : parameters) {
      rules.add(isFactored(parameter.value()) ? new Factored(parameter) : new Full(parameter));
    }
  }

  private static boolean isFactored(Tensor value) {
    return value.rank() == 2 || (value.rank() == 4 && value.size(2) == 1 && value.size(3) == 1);
  }

  @Override
  public void step(List<Tensor> gradients, double learningRate, Set<String> frozen) {
    NumberCheck.sameCount(rules.size(), gradients.size());
    for (int i = 0; i < rules.size(); i++) {
      if (!frozen.contains(rules.get(i).parameter().name())) {
        step(rules.get(i), gradients.get(i), learningRate);
      }
    }
  }

  private static void step(Rule rule, Tensor gradient, double learningRate) {
    TensorScope.compute(
        () ->
            Libtorch.noGrad(
                () -> {
                  rule.step(gradient, learningRate);
                  return rule;
                }));
  }

  /** With an approximation of rank 1 of the second moment and of the instability. */
  private final class Factored implements Rule {
    private final Trainable parameter;
    private final Tensor average;
    private final Averages squares;
    private final Averages instability;

    Factored(Trainable parameter) {
      this.parameter = parameter;
      Tensor value = parameter.value();
      long rows = value.size(0);
      long columns = value.size(1);
      average = moments.zeros(parameter.name() + ".average", value.device(), rows, columns);
      squares = new Averages(parameter, ".square");
      instability = new Averages(parameter, ".instability");
    }

    @Override
    public Trainable parameter() {
      return parameter;
    }

    @Override
    public void step(Tensor gradient, double learningRate) {
      Tensor matrix = gradient.reshape(average.shape()); // (out, in)
      squares.add(matrix.pow(2).add_(settings.gradientEps()), settings.beta2());
      Tensor update = clipped(squares.inverseRoot().mul_(matrix));
      average.lerp_(update, 1 - settings.beta1());
      Tensor residual = update.sub(average).pow(2).add_(settings.instabilityEps());
      instability.add(residual, settings.beta3());
      Tensor sure = instability.inverseRoot().mul_(average);
      change(parameter, sure.reshape(parameter.value().shape()), learningRate);
    }
  }

  /** Moving averages of the means of the rows and of the columns of a matrix. */
  private final class Averages {
    private final Tensor rows;
    private final Tensor columns;

    Averages(Trainable parameter, String name) {
      Tensor value = parameter.value();
      Device device = value.device();
      rows = moments.zeros(parameter.name() + name + "_rows", device, value.size(0));
      columns = moments.zeros(parameter.name() + name + "_columns", device, value.size(1));
    }

    void add(Tensor matrix, double beta) {
      rows.lerp_(matrix.mean(1, false), 1 - beta);
      columns.lerp_(matrix.mean(0, false), 1 - beta);
    }

    /** 1 / sqrt(rows columns / mean(rows)), (rows, columns). */
    Tensor inverseRoot() {
      Tensor left = rows.div(rows.mean()).rsqrt();
      return left.unsqueeze(1).mul(columns.rsqrt().unsqueeze(0));
    }
  }

  /** With a second moment of the parameter's size. */
  private final class Full implements Rule {
    private final Trainable parameter;
    private final Tensor average;
    private final Tensor square;

    Full(Trainable parameter) {
      this.parameter = parameter;
      Tensor value = parameter.value();
      average = moments.zeros(parameter.name() + ".average", value.device(), value.shape());
      square = moments.zeros(parameter.name() + ".square", value.device(), value.shape());
    }

    @Override
    public Trainable parameter() {
      return parameter;
    }

    @Override
    public void step(Tensor gradient, double learningRate) {
      square.lerp_(gradient.pow(2).add_(settings.gradientEps()), 1 - settings.beta2());
      average.lerp_(clipped(square.rsqrt().mul_(gradient)), 1 - settings.beta1());
      change(parameter, average, learningRate);
    }
  }

  private Tensor clipped(Tensor update) {
    double largestNorm = settings.clipThreshold() * Math.sqrt((double) update.elements());
    return update.div(update.norm().div(largestNorm).clamp(1, Double.POSITIVE_INFINITY));
  }

  private void change(Trainable parameter, Tensor update, double learningRate) {
    Tensor value = parameter.value();
    if (settings.weightDecay() != 0 && parameter.decays()) {
      value.mul_(1 - settings.weightDecay() * learningRate);
    }
    value.add_(update, -learningRate);
  }
}
