package dev.sana4j.measure;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.Arrays;
import java.util.List;

/**
 * The mean and the covariance of feature vectors, added one by one. Memory does not depend on their
 * number.
 */
public final class FeatureStatistics {
  /** Vectors that are added to the covariance by one product. */
  private static final int BATCH = 64;

  private final int width;
  private final float[] waiting;
  private int held;
  private long count;
  private final double[] mean;
  private final double[] scatter;

  /** A Gaussian. */
  public static final class Gaussian {
    private final double[] mean;
    private final double[] covariance;

    /**
     * Creates a Gaussian.
     *
     * @param mean (D)
     * @param covariance (D, D), in row-major order
     */
    public Gaussian(double[] mean, double[] covariance) {
      this.mean = mean;
      this.covariance = covariance;
    }

    /**
     * Returns the mean.
     *
     * @return (D), not to be changed
     */
    public double[] mean() {
      return mean;
    }

    /**
     * Returns the covariance.
     *
     * @return (D, D), in row-major order, not to be changed
     */
    public double[] covariance() {
      return covariance;
    }
  }

  /**
   * Creates statistics of no vectors.
   *
   * @param width D, the length of the vectors
   */
  public FeatureStatistics(int width) {
    this.width = width;
    waiting = new float[BATCH * width];
    mean = new double[width];
    scatter = new double[width * width];
  }

  /**
   * Returns the statistics of vectors in memory.
   *
   * @param vectors at least two of the same length
   * @return their mean and covariance
   * @throws MeasureException if there are fewer than two
   */
  public static Gaussian of(List<float[]> vectors) {
    FeatureStatistics statistics =
        new FeatureStatistics(vectors.isEmpty() ? 0 : vectors.get(0).length);
    vectors.forEach(statistics::add);
    return statistics.gaussian();
  }

  /**
   * Adds a vector.
   *
   * @param features D numbers
   */
  public void add(float[] features) {
    if (features.length != width) {
      throw new MeasureException(
          "expected " + width + " features of an image, got " + features.length);
    }
    System.arraycopy(features, 0, waiting, held * width, width);
    if (++held == BATCH) {
      merge();
    }
  }

  /**
   * Returns the number of vectors.
   *
   * @return how many were added
   */
  public long count() {
    return count + held;
  }

  /**
   * Returns mean and covariance, which is divided by the number of vectors less one.
   *
   * @return the Gaussian
   * @throws MeasureException if there are fewer than two vectors
   */
  public Gaussian gaussian() {
    merge();
    if (count < 2) {
      throw new MeasureException("the Frechet distance needs at least 2 images on each side");
    }
    double[] covariance = new double[scatter.length];
    for (int i = 0; i < covariance.length; i++) {
      covariance[i] = scatter[i] / (count - 1);
    }
    return new Gaussian(mean.clone(), covariance);
  }

  /** Adds the waiting vectors (Chan, Golub and LeVeque, 1979). */
  private void merge() {
    if (held == 0) {
      return;
    }
    double[] added = new double[width];
    double[] products = centredProducts(added);
    long total = count + held;
    double both = (double) count * held / total;
    double[] step = new double[width];
    for (int i = 0; i < width; i++) {
      step[i] = added[i] - mean[i];
    }
    for (int i = 0; i < width; i++) {
      double factor = both * step[i];
      int row = i * width;
      for (int j = 0; j < width; j++) {
        scatter[row + j] += products[row + j] + factor * step[j];
      }
    }
    for (int i = 0; i < width; i++) {
      mean[i] += step[i] * held / total;
    }
    count = total;
    held = 0;
  }

  /** Writes the mean of the waiting vectors, and returns their centred products (D, D). */
  private double[] centredProducts(double[] average) {
    float[] some = Arrays.copyOf(waiting, held * width);
    return Libtorch.noGrad(
        () ->
            TensorScope.<double[]>compute(
                () -> {
                  Tensor points = Tensors.of(some, held, width).to(DType.FLOAT64);
                  Tensor middle = points.mean(0, true);
                  System.arraycopy(middle.toDoubles(), 0, average, 0, width);
                  Tensor centred = points.sub(middle);
                  return centred.transpose(0, 1).matmul(centred).toDoubles();
                }));
  }
}
