package dev.sana4j.pipeline.engine;

import dev.sana4j.pipeline.model.StepRange;
import dev.sana4j.sana.SanaControlNet;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A ControlNet with its condition bound, and the steps in which it counts.
 *
 * @param network the ControlNet
 * @param latents (1, C, h, w), the condition in latent space, in the network's dtype
 * @param scale how much it counts
 * @param steps where it counts, by the times that the transformer is asked at
 */
record BoundControl(SanaControlNet network, Tensor latents, double scale, StepRange steps) {

  /** What steers the blocks (N, B, T, width) at a time; null where the condition does not count. */
  @Nullable Tensor residuals(SanaInput input, double time) {
    if (scale == 0 || !steps.contains(time)) {
      return null;
    }
    long[] shape = latents.shape();
    shape[0] = input.latents().size(0);
    return network.apply(new SanaControlNet.Input(input, latents.expand(shape), scale));
  }
}
