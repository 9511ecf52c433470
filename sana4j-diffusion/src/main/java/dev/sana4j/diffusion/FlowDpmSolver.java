package dev.sana4j.diffusion;

import dev.sana4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * DPM-Solver++(2M) on the flow (arXiv 2211.01095, algorithm 2). It is of second order, from the
 * estimates of two steps, and of first order at the first and the last step.
 *
 * <p>Here alpha = 1 - sigma and lambda = log(alpha / sigma). Noise levels, and times truncated to
 * whole numbers, are those of diffusers' DPMSolverMultistepScheduler with {@code use_flow_sigmas}.
 */
public final class FlowDpmSolver implements Sampler {
  private final int order;
  private final double[] sigmas;

  /**
   * Creates a sampler of second order.
   *
   * @param steps 1 to 1000
   * @param shift flow shift, 3 for the public models
   */
  public FlowDpmSolver(int steps, double shift) {
    this(steps, shift, 2);
  }

  /**
   * Creates a sampler of first or second order.
   *
   * @param steps 1 to 1000
   * @param shift flow shift, 3 for the public models
   * @param order 1 or 2
   */
  public FlowDpmSolver(int steps, double shift, int order) {
    FlowSchedule.requireSteps(steps);
    FlowSchedule.requireShift(shift);
    if (order != 1 && order != 2) {
      throw new IllegalArgumentException("solver order " + order + " is not 1 or 2");
    }
    this.order = order;
    double[] alphas = FlowSchedule.evenly(1, 1.0 / FlowSchedule.TRAIN_STEPS, steps + 1);
    sigmas = new double[steps + 1];
    for (int i = 0; i < steps; i++) {
      sigmas[i] = FlowSchedule.shift(1 - alphas[steps - i], shift);
    }
  }

  /**
   * Returns the noise levels.
   *
   * @return a copy: one level per step, falling, and 0 at the end
   */
  public double[] sigmas() {
    double[] rounded = new double[sigmas.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = sigma(i);
    }
    return rounded;
  }

  /** Whole numbers below 1000, because the public pipelines truncate the times. */
  @Override
  public double[] times() {
    double[] times = new double[sigmas.length - 1];
    for (int i = 0; i < times.length; i++) {
      times[i] = Math.floor(sigmas[i] * FlowSchedule.TRAIN_STEPS);
    }
    return times;
  }

  /** Rounded to float32, as in the reference. */
  private double sigma(int index) {
    return (float) sigmas[index];
  }

  private double lambda(int index) {
    return Math.log(1 - sigma(index)) - Math.log(sigma(index));
  }

  /** The step whose noise level is nearest to the strength. */
  @Override
  public int firstStep(double strength) {
    return FlowSchedule.nearest(sigmas, strength);
  }

  @Override
  public Tensor noised(int index, Tensor clean, Tensor noise) {
    return FlowSchedule.noised(sigma(index), clean, noise);
  }

  @Override
  public State step(
      int index,
      Tensor latents,
      Tensor prediction,
      @Nullable Tensor previousDenoised,
      NoiseSource noise) {
    Tensor denoised = latents.sub(prediction.mul(sigma(index)));
    double h = lambda(index + 1) - lambda(index); // infinite at the last step
    double weight = -(1 - sigma(index + 1)) * Math.expm1(-h);
    Tensor next = latents.mul(sigma(index + 1) / sigma(index)).add(denoised.mul(weight));
    boolean last = index == sigmas.length - 2;
    if (order == 2 && previousDenoised != null && !last) {
      double ratio = (lambda(index) - lambda(index - 1)) / h;
      Tensor slope = denoised.sub(previousDenoised).div(ratio);
      next = next.add(slope.mul(0.5 * weight));
    }
    return new State(next, denoised);
  }
}
