package dev.sana4j.objective;

import dev.sana4j.diffusion.FlowSchedule;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;

/**
 * The loss of flow matching (arXiv 2210.02747): a network learns the velocity from data to noise.
 */
public final class FlowObjective {
  private FlowObjective() {}

  /**
   * Returns the arguments of a network for noisy latents.
   *
   * @param network a transformer without a guidance embedding
   * @param noisy (B, C, H, W)
   * @param times (B), from 0, the data, to 1, the noise
   * @param text (B, L, caption channels)
   * @param textMask (B, L)
   * @return the arguments, in the dtype of the network
   */
  public static SanaInput input(
      SanaTransformer network, Tensor noisy, Tensor times, Tensor text, Tensor textMask) {
    DType dtype = network.dtype();
    double scale = FlowSchedule.TRAIN_STEPS * network.config().timestepScale();
    return new SanaInput(noisy.to(dtype), text.to(dtype), textMask, times.mul(scale), null, null);
  }

  /**
   * Returns the mean squared error in float32. If the network also predicts a variance, that output
   * is not trained.
   *
   * @param prediction (B, C or 2 C, H, W), output of the network
   * @param velocity (B, C, H, W), noise minus data
   * @return a scalar
   */
  public static Tensor loss(Tensor prediction, Tensor velocity) {
    return prediction.narrow(1, 0, velocity.size(1)).to(DType.FLOAT32).sub(velocity).pow(2).mean();
  }
}
