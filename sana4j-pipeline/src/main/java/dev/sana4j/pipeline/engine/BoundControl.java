package dev.sana4j.pipeline.engine;

import dev.sana4j.pipeline.model.StepRange;
import dev.sana4j.sana.SanaControlNet;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A ControlNet with its control image, and the steps in which it applies.
 *
 * @param network the ControlNet
 * @param latents (1, C, h, w), the control image in latent space, in the network's dtype
 * @param scale weight of the control image
 * @param steps the steps in which it applies, by the timesteps of the transformer
 */
record BoundControl(SanaControlNet network, Tensor latents, double scale, StepRange steps) {

  /**
   * Returns the residuals for the blocks (N, B, T, width) at a timestep; null if the control image
   * does not apply.
   */
  @Nullable Tensor residuals(SanaInput input, double time) {
    if (scale == 0 || !steps.contains(time)) {
      return null;
    }
    long[] shape = latents.shape();
    shape[0] = input.latents().size(0);
    return network.apply(new SanaControlNet.Input(input, latents.expand(shape), scale));
  }
}
