package dev.sana4j.diffusion;

import dev.sana4j.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sampler of consistency models in TrigFlow (sCM, arXiv 2410.11081; SANA-Sprint, arXiv
 * 2503.09641). It jumps to the clean latents, adds fresh noise up to the next time, and jumps
 * again.
 *
 * <p>Times are angles: x = cos(t) image + sin(t) noise, both of standard deviation {@code
 * sigmaData}.
 */
public final class ConsistencySampler implements Sampler {
  /** Pure noise, pi / 2 as the public models write it. */
  public static final double LARGEST_TIME = 1.57080;

  /** Time at which the second of two steps begins. */
  public static final double SECOND_OF_TWO = 1.3;

  private final double[] times;
  private final double sigmaData;

  /**
   * Creates a sampler with given times.
   *
   * @param times falling angles within 0..1.5708; the last one is 0
   * @param sigmaData standard deviation of the data, 0.5 for the public models
   */
  public ConsistencySampler(double[] times, double sigmaData) {
    require(
        times.length >= 2 && times.length <= 1001, "1 to 1000 steps, not " + (times.length - 1));
    require(times[0] <= LARGEST_TIME, "times up to " + LARGEST_TIME + ", not " + times[0]);
    require(times[times.length - 1] == 0, "times that end at 0, not " + times[times.length - 1]);
    for (int i = 1; i < times.length; i++) {
      require(times[i] < times[i - 1], "falling times, not " + Arrays.toString(times));
    }
    require(Double.isFinite(sigmaData) && sigmaData > 0, "a positive sigma_data");
    this.sigmaData = sigmaData;
    this.times = new double[times.length];
    for (int i = 0; i < times.length; i++) {
      this.times[i] = (float) times[i];
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException("the consistency sampler needs " + what);
    }
  }

  /**
   * Returns a sampler with the default times: 1.5708 and 1.3 for two steps, otherwise evenly spaced
   * from 1.5708 down.
   *
   * @param steps 1 to 1000
   * @param sigmaData standard deviation of the data, 0.5 for the public models
   * @return the sampler
   */
  public static ConsistencySampler ofSteps(int steps, double sigmaData) {
    FlowSchedule.requireSteps(steps);
    double[] times =
        steps == 2
            ? new double[] {LARGEST_TIME, SECOND_OF_TWO, 0}
            : FlowSchedule.evenly(LARGEST_TIME, 0, steps + 1);
    return new ConsistencySampler(times, sigmaData);
  }

  @Override
  public double[] times() {
    return Arrays.copyOf(times, times.length - 1);
  }

  @Override
  public double dataScale() {
    return sigmaData;
  }

  /** The strength is a share of the steps, rounded up to whole steps, as in the reference. */
  @Override
  public int firstStep(double strength) {
    int steps = times.length - 1;
    return Math.min(steps - 1, (int) Math.max(0, steps - Math.min(steps * strength, steps)));
  }

  @Override
  public Tensor noised(int index, Tensor clean, Tensor noise) {
    double time = times[index];
    return clean.mul(sigmaData).mul(Math.cos(time)).add(noise.mul(sigmaData).mul(Math.sin(time)));
  }

  @Override
  public State step(
      int index,
      Tensor latents,
      Tensor prediction,
      @Nullable Tensor previousDenoised,
      NoiseSource noise) {
    double time = times[index];
    double next = times[index + 1];
    Tensor denoised = latents.mul(Math.cos(time)).sub(prediction.mul(Math.sin(time)));
    if (next == 0) {
      return new State(denoised.mul(1), denoised); // two tensors, each with an owner
    }
    Tensor fresh = noise.next().mul(sigmaData);
    return new State(denoised.mul(Math.cos(next)).add(fresh.mul(Math.sin(next))), denoised);
  }
}
