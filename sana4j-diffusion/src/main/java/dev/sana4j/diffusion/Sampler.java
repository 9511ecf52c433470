package dev.sana4j.diffusion;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorGroup;
import dev.sana4j.tensor.TensorScope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goes from noise to latents in a fixed number of steps. */
public sealed interface Sampler permits FlowDpmSolver, FlowEuler, ConsistencySampler {

  /**
   * Returns the times at which the denoiser is called, in the units it was trained with.
   *
   * @return a copy: one time per step, falling
   */
  double[] times();

  /**
   * The state after a step.
   *
   * @param latents input of the next step
   * @param denoised the estimate of the clean latents
   */
  record State(Tensor latents, Tensor denoised) implements TensorGroup {
    @Override
    public List<Tensor> tensors() {
      return List.of(latents, denoised);
    }
  }

  /**
   * Computes one step; a pure function of its arguments.
   *
   * @param index which step, from 0
   * @param latents (B, C, H, W), input of the step
   * @param prediction output of the denoiser for these latents
   * @param previousDenoised estimate of the clean latents from the previous step, null at the first
   *     step
   * @param noise source of fresh noise, for samplers that add some
   * @return latents and estimate of the clean latents after the step
   */
  State step(
      int index,
      Tensor latents,
      Tensor prediction,
      @Nullable Tensor previousDenoised,
      NoiseSource noise);

  /**
   * Returns the standard deviation of the initial noise; the final latents are divided by it.
   *
   * @return 1 for flow samplers
   */
  default double dataScale() {
    return 1;
  }

  /**
   * Returns the first step for a strength.
   *
   * @param strength of the change of an image, above 0; 1 ignores it
   * @return a step, counted from 0; 0 for a strength of 1
   */
  int firstStep(double strength);

  /**
   * Returns the latents of an image with the noise level that a step expects.
   *
   * @param index the step; the number of steps adds no noise
   * @param clean (B, C, H, W) of about unit variance
   * @param noise of the same shape, standard normal
   * @return (B, C, H, W)
   */
  Tensor noised(int index, Tensor clean, Tensor noise);

  /**
   * Start of a sampling.
   *
   * @param index the first step to run
   * @param latents (B, C, H, W) as that step expects them, see {@link #noised}
   * @param edit change of the latents after each step
   */
  record Start(int index, Tensor latents, LatentEdit edit) {}

  /**
   * Runs all steps.
   *
   * @param denoiser called once per step
   * @param start (B, C, H, W), standard normal
   * @param noise source of fresh noise, for samplers that add some
   * @param listener notified after every step
   * @return clean latents of about unit variance, owned by the current scope
   * @throws SamplingCancelledException if the listener asks to stop
   */
  default Tensor sample(Denoiser denoiser, Tensor start, NoiseSource noise, StepListener listener) {
    return TensorScope.tidy(
        () -> {
          Start whole = new Start(0, start.mul(dataScale()), LatentEdit.NONE);
          return run(denoiser, whole, noise, listener);
        });
  }

  /**
   * Runs the steps from a given one to the end.
   *
   * @param denoiser called once per step
   * @param start first step and its latents
   * @param noise source of fresh noise, for samplers that add some
   * @param listener notified after every step; steps are counted from the first one that runs
   * @return clean latents of about unit variance, owned by the current scope
   * @throws SamplingCancelledException if the listener asks to stop
   */
  default Tensor sample(Denoiser denoiser, Start start, NoiseSource noise, StepListener listener) {
    return TensorScope.tidy(
        () -> {
          Start copy = new Start(start.index(), start.latents().mul(1), start.edit());
          return run(denoiser, copy, noise, listener);
        });
  }

  /** Runs the steps and closes the initial latents. */
  private Tensor run(Denoiser denoiser, Start start, NoiseSource noise, StepListener listener) {
    int first = start.index();
    int count = times().length - first;
    State state = new State(start.latents(), start.latents());
    for (int i = 0; i < count; i++) {
      State before = state;
      state = next(first + i, i == 0, before, new Parts(denoiser, noise, start.edit()));
      before.latents().close();
      if (i > 0) {
        before.denoised().close();
      }
      var step = new StepListener.Step(i, count, state.latents(), state.denoised());
      if (!listener.onStep(step)) {
        throw new SamplingCancelledException("cancelled after step " + (i + 1));
      }
    }
    return state.latents().div(dataScale());
  }

  /**
   * Inputs of every step.
   *
   * @param denoiser predicts
   * @param noise fresh noise
   * @param edit applied last
   */
  record Parts(Denoiser denoiser, NoiseSource noise, LatentEdit edit) {}

  private State next(int index, boolean first, State before, Parts parts) {
    return TensorScope.tidy(
        () -> {
          Tensor prediction = parts.denoiser().predict(before.latents(), times()[index]);
          Tensor previous = first ? null : before.denoised();
          State after = step(index, before.latents(), prediction, previous, parts.noise());
          return new State(parts.edit().apply(index + 1, after.latents()), after.denoised());
        });
  }
}
