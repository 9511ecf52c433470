package dev.sana4j.sana;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.CheckpointException;
import java.util.OptionalDouble;

/**
 * The sin-cos position embedding of a model's native size. Checkpoints in the original layout
 * contain it as {@code pos_embed}, with zeros for a model without position embedding (NVlabs/Sana,
 * diffusion/model/nets/sana.py).
 */
public final class PositionEmbedding {
  private static final double TOLERANCE = 1e-2; // rounding of a value stored in bfloat16

  private PositionEmbedding() {}

  /**
   * Returns the embedding that a model adds to the tokens of its native size.
   *
   * @param config a config with a position embedding
   * @return (1, side * side, width) in float32
   */
  public static Tensor of(SanaConfig config) {
    int side = config.sampleSize() / config.patchSize();
    return TensorScope.tidy(
        () ->
            SinusoidalEmbedding.ofGrid(
                new Grid(side, side),
                config.width(),
                side,
                config.interpolationScale(),
                Device.CPU));
  }

  /**
   * Returns the side of a square token grid.
   *
   * @param tokens the number of tokens
   * @return its square root
   * @throws CheckpointException if the number is not a square
   */
  public static int side(long tokens) {
    int side = (int) Math.round(Math.sqrt((double) tokens));
    if ((long) side * side != tokens) {
      throw new CheckpointException("pos_embed: " + tokens + " tokens are not a square grid");
    }
    return side;
  }

  /**
   * Returns the interpolation scale of an embedding.
   *
   * @param positions (1, side * side, width)
   * @return 0 if the embedding is zero everywhere; empty if it is not a sin-cos embedding
   */
  public static OptionalDouble interpolationScale(Tensor positions) {
    return TensorScope.<OptionalDouble>compute(
        () -> {
          Tensor given = positions.to(DType.FLOAT32);
          int side = side(given.size(1));
          if (side < 2 || given.abs().sum().item() == 0) {
            return OptionalDouble.of(0);
          }
          // The first channel of the second column is the sine of the position.
          double second = given.reshape(-1).narrow(0, given.size(2), 1).item();
          double scale = rounded(1 / Math.asin(second));
          int width = (int) given.size(2);
          boolean found =
              Double.isFinite(scale)
                  && scale > 0
                  && distance(
                          given,
                          SinusoidalEmbedding.ofGrid(
                              new Grid(side, side), width, side, scale, positions.device()))
                      < TOLERANCE;
          return found ? OptionalDouble.of(scale) : OptionalDouble.empty();
        });
  }

  /** Returns the root mean square of the differences, which a few wrong elements increase. */
  private static double distance(Tensor given, Tensor expected) {
    return given.sub(expected).pow(2).mean().sqrt().item();
  }

  /** Rounds to a quarter if the scale is one except for the rounding of the stored number. */
  private static double rounded(double scale) {
    double quarter = Math.rint(4 * scale) / 4;
    return Math.abs(quarter - scale) < TOLERANCE * scale ? quarter : scale;
  }
}
