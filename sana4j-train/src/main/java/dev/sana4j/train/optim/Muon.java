package dev.sana4j.train.optim;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.ParallelParameters;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.train.NumberCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Muon, orthogonalized momentum (K. Jordan and others 2024, kellerjordan.github.io/posts/muon): the
 * averaged gradient of a matrix is replaced by a matrix whose singular values are all about 1. So
 * all directions change at the same rate, and a step never changes a layer by more than intended. A
 * wide layer needs the same learning rate as a narrow one.
 *
 * <p>Steps are as large as those of AdamW usually are, 0.2 sqrt(max(rows, columns)) times the
 * orthogonal matrix (arXiv 2502.16982, equation 4), so that one learning rate and one weight decay
 * serve both. The kernel of a convolution is a matrix (out, in K K). Vectors, embeddings of tokens
 * and kernels of single channels are not linear maps; they use {@link AdamW}.
 */
public final class Muon extends Optimizer {
  /**
   * Coefficients of x -> a x + b x^3 + c x^5, which moves every singular value of 0..1 towards 1.
   */
  private static final double A = 3.4445;

  private static final double B = -4.7750;
  private static final double C = 2.0315;
  private static final int ITERATIONS = 5;
  private static final double EPS = 1e-7;

  /** The usual root mean square of an update of AdamW. */
  private static final double USUAL_UPDATE = 0.2;

  private final Settings settings;
  private final int count;
  private final List<Matrix> matrices = new ArrayList<>();
  private final List<Integer> otherPlaces = new ArrayList<>();
  private final AdamW others;

  /**
   * Hyperparameters.
   *
   * @param momentum decay of the moving average of gradients, and AdamW's beta1; usually 0.95
   * @param beta2 decay of the second moment in AdamW
   * @param weightDecay weight decay of matrices and kernels, as a multiple of the learning rate
   * @param dtype dtype of the orthogonalization; bfloat16 is enough
   */
  public record Settings(double momentum, double beta2, double weightDecay, DType dtype) {
    /** Checks the values. */
    public Settings {
      NumberCheck.share("momentum", momentum);
      NumberCheck.share("beta2", beta2);
      NumberCheck.notNegative("weight decay", weightDecay);
    }
  }

  /** A parameter that is a linear map, its index, and its averaged gradient. */
  private record Matrix(int place, Trainable parameter, Tensor average) {
    /**
     * Returns the multiplications of an iteration up to a constant factor: the shorter side squared
     * times the longer.
     */
    double work() {
      double elements = parameter.value().elements();
      double rows = parameter.value().size(0);
      return elements * Math.min(rows, elements / rows);
    }
  }

  /**
   * Creates an optimizer with empty state.
   *
   * @param parameters parameters to change
   * @param settings hyperparameters
   */
  public Muon(List<Trainable> parameters, Settings settings) {
    super(new Moments("Muon optimizer"));
    this.settings = settings;
    this.count = parameters.size();
    for (int i = 0; i < count; i++) {
      Trainable parameter = parameters.get(i);
      if (isLinearMap(parameter)) {
        Tensor value = parameter.value();
        String name = parameter.name() + ".momentum";
        matrices.add(new Matrix(i, parameter, moments.zeros(name, value.device(), value.shape())));
      } else {
        otherPlaces.add(i);
      }
    }
    others =
        new AdamW(
            otherPlaces.stream().map(parameters::get).toList(),
            new AdamW.Settings(
                settings.momentum(),
                settings.beta2(),
                AdamW.Settings.DEFAULT.eps(),
                settings.weightDecay()),
            moments);
  }

  private static boolean isLinearMap(Trainable parameter) {
    return parameter.value().rank() >= 2
        && parameter.value().size(1) > 1
        && !parameter.name().endsWith("embed_tokens.weight");
  }

  @Override
  public void step(List<Tensor> gradients, double learningRate, Set<String> frozen) {
    NumberCheck.sameCount(count, gradients.size());
    ParallelParameters.each(
        matrices.stream().filter(matrix -> !frozen.contains(matrix.parameter().name())).toList(),
        Matrix::work,
        matrix -> step(matrix, gradients.get(matrix.place()), learningRate));
    others.step(otherPlaces.stream().map(gradients::get).toList(), learningRate, frozen);
  }

  private void step(Matrix matrix, Tensor gradient, double learningRate) {
    Tensor value = matrix.parameter().value();
    Tensor average = matrix.average().lerp_(gradient, 1 - settings.momentum());
    Tensor ahead = // Nesterov's
        gradient.mul(1 - settings.momentum()).add(average.mul(settings.momentum()));
    Tensor map = ahead.reshape(value.size(0), -1);
    double size = Math.sqrt((double) Math.max(map.size(0), map.size(1)));
    Tensor update = orthogonal(map, settings.dtype()).to(DType.FLOAT32);
    value.mul_(1 - learningRate * settings.weightDecay());
    value.add_(update.reshape(value.shape()), -learningRate * USUAL_UPDATE * size);
  }

  /**
   * Returns an approximation of U V^T for a matrix U S V^T, by the Newton-Schulz iteration.
   * Singular values end up between about 0.7 and 1.2, those near 0 lower.
   */
  static Tensor orthogonal(Tensor matrix, DType dtype) {
    boolean isTall = matrix.size(0) > matrix.size(1);
    Tensor wide = isTall ? matrix.transpose(0, 1) : matrix;
    Tensor x = wide.div(wide.norm().add(EPS)).to(dtype);
    for (int i = 0; i < ITERATIONS; i++) {
      Tensor square = x.matmul(x.transpose(0, 1)); // (rows, rows)
      Tensor polynomial = square.addProduct(B, C, square, square);
      x = x.addProduct(A, 1, polynomial, x);
    }
    return isTall ? x.transpose(0, 1) : x;
  }
}
