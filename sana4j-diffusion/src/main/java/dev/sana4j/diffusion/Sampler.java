package dev.sana4j.diffusion;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A way from noise to latents in a fixed number of steps. */
public sealed interface Sampler permits FlowDpmSolver, FlowEuler, ConsistencySampler {

  /**
   * The times at which the denoiser is asked, in the units it was trained with.
   *
   * @return one a step, falling; a copy
   */
  double[] times();

  /**
   * The state after a step.
   *
   * @param latents where the next step begins
   * @param denoised the estimate of the clean latents
   */
  record State(Tensor latents, Tensor denoised) {}

  /**
   * Takes one step; a pure function of its arguments.
   *
   * @param index which step, from 0
   * @param latents (B, C, H, W) where it begins
   * @param prediction what the denoiser said of them
   * @param previousDenoised estimate of the step before, null at the first step
   * @param noise fresh noise, for samplers that add some
   * @return latents and estimate after the step
   */
  State step(
      int index,
      Tensor latents,
      Tensor prediction,
      @Nullable Tensor previousDenoised,
      NoiseSource noise);

  /**
   * Standard deviation of the noise a trajectory begins with; its end is divided by it.
   *
   * @return 1 for flow samplers
   */
  default double dataScale() {
    return 1;
  }

  /**
   * Runs all steps.
   *
   * @param denoiser asked once a step
   * @param start (B, C, H, W), standard normal
   * @param noise fresh noise, for samplers that add some
   * @param listener hears about every step
   * @return clean latents of about unit variance, owned by the current scope
   * @throws SamplingCancelledException if the listener asks to stop
   */
  default Tensor sample(Denoiser denoiser, Tensor start, NoiseSource noise, StepListener listener) {
    return TensorScope.tidy(
        () -> {
          double[] times = times();
          State state = new State(start.mul(dataScale()), start);
          for (int i = 0; i < times.length; i++) {
            State before = state;
            state = next(i, times[i], before, denoiser, noise);
            before.latents().close();
            if (i > 0) {
              before.denoised().close();
            }
            var step = new StepListener.Step(i, times.length, state.latents(), state.denoised());
            if (!listener.onStep(step)) {
              throw new SamplingCancelledException("cancelled after step " + (i + 1));
            }
          }
          return state.latents().div(dataScale());
        });
  }

  private State next(int index, double time, State before, Denoiser denoiser, NoiseSource noise) {
    List<Tensor> tensors =
        TensorScope.tidyAll(
            () -> {
              Tensor prediction = denoiser.predict(before.latents(), time);
              Tensor previous = index == 0 ? null : before.denoised();
              State after = step(index, before.latents(), prediction, previous, noise);
              return List.of(after.latents(), after.denoised());
            });
    return new State(tensors.get(0), tensors.get(1));
  }
}
