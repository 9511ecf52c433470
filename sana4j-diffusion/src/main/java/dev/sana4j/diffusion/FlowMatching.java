package dev.sana4j.diffusion;

import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import java.util.Arrays;

/**
 * The training side of flow matching (arXiv 2210.02747). The path is straight, x_t = (1 - t) x_0 +
 * t noise with t in (0, 1), and the network predicts the velocity noise - x_0.
 *
 * <p>Times are logit-normal (arXiv 2403.03206, section 3.1) and then moved towards noise by the
 * shift of the sampler, t to s t / (1 + (s - 1) t).
 *
 * @param shift flow shift, above 0; SANA trains with 3 at 1024 pixels
 * @param logitMean mean of logit(t) before the shift
 * @param logitDeviation standard deviation of logit(t) before the shift
 */
public record FlowMatching(double shift, double logitMean, double logitDeviation) {

  /** Checks the numbers. */
  public FlowMatching {
    if (!(shift > 0 && Double.isFinite(shift))) {
      throw new IllegalArgumentException("the shift " + shift + " is not positive");
    }
    if (!(logitDeviation > 0 && Double.isFinite(logitDeviation) && Double.isFinite(logitMean))) {
      throw new IllegalArgumentException(
          "logit mean " + logitMean + " and deviation " + logitDeviation + " give no times");
    }
  }

  /**
   * Draws times.
   *
   * @param generator source of randomness
   * @param count number of times
   * @return (count), float32, in (0, 1)
   */
  public Tensor times(Generator generator, int count) {
    Tensor unshifted = generator.normal(count).mul(logitDeviation).add(logitMean).sigmoid();
    return shifted(unshifted);
  }

  private Tensor shifted(Tensor times) {
    return times.mul(shift).div(times.mul(shift - 1).add(1));
  }

  /**
   * Mixes data and noise.
   *
   * @param data (B, ...)
   * @param noise of the same shape
   * @param times (B)
   * @return (1 - t) data + t noise
   */
  public static Tensor noisy(Tensor data, Tensor noise, Tensor times) {
    long[] perSample = new long[data.rank()];
    Arrays.fill(perSample, 1);
    perSample[0] = -1;
    Tensor t = times.reshape(perSample);
    return data.mul(t.mul(-1).add(1)).add(noise.mul(t));
  }

  /**
   * Returns the target of the network, which is the same at all times.
   *
   * @param data (B, ...)
   * @param noise of the same shape
   * @return noise - data
   */
  public static Tensor velocity(Tensor data, Tensor noise) {
    return noise.sub(data);
  }
}
