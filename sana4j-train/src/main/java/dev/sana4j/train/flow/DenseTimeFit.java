package dev.sana4j.train.flow;

import dev.sana4j.sana.SinusoidalEmbedding;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorGroup;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.List;

/**
 * A dense time embedding fitted to the output of a sparse one.
 *
 * <p>The base model embeds times of 0..1000, the teacher the same times as 0..1, where all waves
 * are slow. The first linear map of the new embedding is set so that its hidden units bend one
 * after the other along the time axis, which makes them a basis of smooth functions of the time;
 * the second is fitted to the old embedding by regularized least squares.
 */
public final class DenseTimeFit {
  private static final int WAVES = 256;
  private static final int POINTS = 4001;

  /**
   * How sharply a hidden unit bends. Sharper units fit a little better, but larger hidden values
   * make the embedding jump when its second map is trained: 48 instead of 8 for an error of 0.43
   * instead of 0.52 of the variation (measured at width 64), and an embedding 10 times as
   * sensitive.
   */
  private static final double SLOPE = 8;

  /** Of the mean square of a hidden unit; keeps the second map as small as the old one. */
  private static final double RIDGE = 1e-4;

  private static final double TRAIN_STEPS = 1000;

  private DenseTimeFit() {}

  /**
   * The parameters of a time embedding.
   *
   * @param firstWeight (width, 256)
   * @param firstBias (width)
   * @param secondWeight (width, width)
   * @param secondBias (width)
   */
  public record Embedding(
      Tensor firstWeight, Tensor firstBias, Tensor secondWeight, Tensor secondBias)
      implements TensorGroup {

    @Override
    public List<Tensor> tensors() {
      return List.of(firstWeight, firstBias, secondWeight, secondBias);
    }

    /** To (B, width), for times as the network receives them. */
    Tensor apply(Tensor times) {
      Tensor waves = SinusoidalEmbedding.ofTime(times, WAVES);
      Tensor hidden = Functional.silu(Functional.linear(waves, firstWeight, firstBias));
      return Functional.linear(hidden, secondWeight, secondBias);
    }
  }

  /**
   * Fits the new embedding.
   *
   * @param old float32, for times of 0..1000
   * @return for times of 0..1, float32, owned by the current scope
   */
  public static Embedding fit(Embedding old) {
    return TensorScope.tidy(
        () -> {
          Tensor times = Tensors.range(POINTS, DType.FLOAT32, Device.CPU).div(POINTS - 1);
          Tensor wanted = old.apply(times.mul(TRAIN_STEPS)).to(DType.FLOAT64);
          return solve(times, wanted, Math.toIntExact(old.firstWeight().size(0)));
        });
  }

  private static Embedding solve(Tensor times, Tensor wanted, int width) {
    Tensor weight = bends(width);
    Tensor bias = knots(width);
    Tensor hidden = // (points, width)
        Functional.silu(Functional.linear(SinusoidalEmbedding.ofTime(times, WAVES), weight, bias));
    Tensor basis = // and the constant
        Tensors.cat(List.of(hidden, Tensors.full(1, DType.FLOAT32, Device.CPU, POINTS, 1)), 1);
    Tensor columns = basis.to(DType.FLOAT64);
    Tensor gram = columns.transpose(0, 1).matmul(columns).div(POINTS);
    double ridge = RIDGE * columns.narrow(1, 0, width).pow(2).mean().item();
    Tensor solved = // (width + 1, width)
        Functional.solvePositive(
            gram.add(diagonal(width).mul(ridge)),
            columns.transpose(0, 1).matmul(wanted).div(POINTS));
    Tensor second = solved.narrow(0, 0, width).transpose(0, 1).contiguous().to(DType.FLOAT32);
    Tensor secondBias = solved.narrow(0, width, 1).flatten(0, 1).to(DType.FLOAT32).copy();
    return new Embedding(weight, bias, second, secondBias);
  }

  /**
   * Every unit sees the sines of the fastest few waves, which rise with the time; several, so that
   * rounding to bfloat16 averages out.
   */
  private static Tensor bends(int width) {
    float[] row = new float[WAVES];
    double slope = 0;
    int used = 8;
    for (int i = 0; i < used; i++) {
      slope += Math.pow(10_000, -2.0 * i / WAVES);
    }
    for (int i = 0; i < used; i++) {
      row[WAVES / 2 + i] = (float) (SLOPE / slope);
    }
    return Tensors.of(row, 1, WAVES).expand(width, WAVES).contiguous();
  }

  /** The negative of {@link #bends} at the time where a unit must bend. */
  private static Tensor knots(int width) {
    Tensor at = // from a little before 0 to 1
        Tensors.range(width, DType.FLOAT32, Device.CPU).mul(1.05 / width).add(-0.05);
    Tensor row = bends(1);
    return Functional.linear(SinusoidalEmbedding.ofTime(at, WAVES), row, null)
        .flatten(0, 1)
        .mul(-1);
  }

  /** The constant is hardly regularized. */
  private static Tensor diagonal(int width) {
    int size = width + 1;
    float[] ones = new float[size * size];
    for (int i = 0; i < size; i++) {
      ones[i * size + i] = i < width ? 1 : 1e-6f;
    }
    return Tensors.of(ones, size, size).to(DType.FLOAT64);
  }
}
