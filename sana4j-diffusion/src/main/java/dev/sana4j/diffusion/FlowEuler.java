package dev.sana4j.diffusion;

import dev.sana4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Euler's method on the flow: x + (sigma' - sigma) v.
 *
 * <p>The noise levels are those of diffusers' FlowMatchEulerDiscreteScheduler, which shifts twice:
 * levels are evenly spaced between the shifted ends of the training schedule, and are then shifted
 * again.
 */
public final class FlowEuler implements Sampler {
  private final double[] sigmas;

  /**
   * Creates a sampler.
   *
   * @param steps 1 to 1000
   * @param shift flow shift, 3 for the public models
   */
  public FlowEuler(int steps, double shift) {
    FlowSchedule.requireSteps(steps);
    FlowSchedule.requireShift(shift);
    double lowest = (float) FlowSchedule.shift(1.0 / FlowSchedule.TRAIN_STEPS, shift);
    sigmas = new double[steps + 1];
    double[] even = FlowSchedule.evenly(1, lowest, steps);
    for (int i = 0; i < steps; i++) {
      sigmas[i] = (float) FlowSchedule.shift(even[i], shift);
    }
  }

  /**
   * Returns the noise levels.
   *
   * @return a copy: one level per step, falling, and 0 at the end
   */
  public double[] sigmas() {
    return sigmas.clone();
  }

  @Override
  public double[] times() {
    double[] times = new double[sigmas.length - 1];
    for (int i = 0; i < times.length; i++) {
      times[i] = (float) (sigmas[i] * FlowSchedule.TRAIN_STEPS);
    }
    return times;
  }

  /** The step whose noise level is nearest to the strength. */
  @Override
  public int firstStep(double strength) {
    return FlowSchedule.nearest(sigmas, strength);
  }

  @Override
  public Tensor noised(int index, Tensor clean, Tensor noise) {
    return FlowSchedule.noised(sigmas[index], clean, noise);
  }

  @Override
  public State step(
      int index,
      Tensor latents,
      Tensor prediction,
      @Nullable Tensor previousDenoised,
      NoiseSource noise) {
    return new State(
        latents.add(prediction.mul(sigmas[index + 1] - sigmas[index])),
        latents.sub(prediction.mul(sigmas[index])));
  }
}
