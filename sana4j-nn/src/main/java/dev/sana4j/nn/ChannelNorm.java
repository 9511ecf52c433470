package dev.sana4j.nn;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.Weights;

/** {@link RmsNorm} with bias over the channels of each pixel: (B, C, H, W) to the same shape. */
public final class ChannelNorm extends Layer<Tensor> {
  private final RmsNorm norm;

  /**
   * Reads {@code weight} and {@code bias} (channels).
   *
   * @param weights the weights to read from
   * @param channels the number of channels C
   * @param eps a small number added to the mean of squares
   */
  public ChannelNorm(Weights weights, int channels, double eps) {
    norm = own(RmsNorm.loadWithBias(weights, channels, eps));
  }

  /**
   * Normalizes a tensor and adds it to another.
   *
   * @param base (B, C, H, W)
   * @param input (B, C, H, W)
   * @return base + norm(input), owned by the current scope
   */
  public Tensor addTo(Tensor base, Tensor input) {
    return TensorScope.tidy(
        () -> norm.addTo(base.permute(0, 2, 3, 1), input.permute(0, 2, 3, 1)).permute(0, 3, 1, 2));
  }

  @Override
  protected Tensor forward(Tensor input) {
    return norm.apply(input.permute(0, 2, 3, 1)).permute(0, 3, 1, 2); // (B, C, H, W)
  }
}
