package dev.sana4j.sana;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import java.util.List;

/** Embeds numbers as sinusoids of many wavelengths (arXiv 1706.03762, section 3.5). */
public final class SinusoidalEmbedding {
  private static final double LONGEST_PERIOD = 10_000;

  private SinusoidalEmbedding() {}

  /**
   * Maps timesteps (B) to (B, channels): cosines, then sines, with frequencies 10000^(-i / half).
   */
  public static Tensor ofTime(Tensor times, int channels) {
    Tensor exponents =
        Tensors.range(channels / 2, DType.FLOAT32, times.device())
            .mul(-Math.log(LONGEST_PERIOD))
            .div(channels / 2.0);
    Tensor angles = times.to(DType.FLOAT32).unsqueeze(1).mul(exponents.exp());
    return Tensors.cat(List.of(angles.cos(), angles.sin()), 1);
  }

  /**
   * Maps the positions of a grid to (1, height * width, channels). The first half of the channels
   * encodes the column and the second half the row, each as sines, then cosines. Positions are
   * scaled so that a grid of any size spans {@code baseSize / scale}.
   */
  static Tensor ofGrid(Grid grid, int channels, int baseSize, double scale, Device device) {
    long height = grid.height();
    long width = grid.width();
    long half = channels / 2;
    Tensor columns = ofPositions(positions(width, baseSize, scale, device), channels / 2);
    Tensor rows = ofPositions(positions(height, baseSize, scale, device), channels / 2);
    return Tensors.cat(
            List.of(
                columns.unsqueeze(0).expand(height, width, half),
                rows.unsqueeze(1).expand(height, width, half)),
            2)
        .reshape(1, height * width, channels);
  }

  private static Tensor positions(long count, int baseSize, double scale, Device device) {
    return Tensors.range(count, DType.FLOAT32, device)
        .div((double) count / baseSize)
        .div(scale)
        .to(DType.FLOAT64);
  }

  /** Returns (positions, channels). */
  private static Tensor ofPositions(Tensor positions, int channels) {
    Tensor frequencies =
        Tensors.range(channels / 2, DType.FLOAT64, positions.device())
            .mul(-Math.log(LONGEST_PERIOD) / (channels / 2.0))
            .exp();
    Tensor angles = positions.unsqueeze(1).mul(frequencies);
    return Tensors.cat(List.of(angles.sin(), angles.cos()), 1).to(DType.FLOAT32);
  }
}
