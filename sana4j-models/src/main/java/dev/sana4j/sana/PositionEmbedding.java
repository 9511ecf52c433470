package dev.sana4j.sana;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.CheckpointException;
import java.util.OptionalDouble;

/**
 * The sin-cos position embedding of a model's native size, which checkpoints in the original layout
 * hold as {@code pos_embed}: zeros for a model that uses none (NVlabs/Sana,
 * diffusion/model/nets/sana.py).
 */
public final class PositionEmbedding {
  private static final double TOLERANCE = 1e-2; // of a stored bfloat16

  private PositionEmbedding() {}

  /**
   * What a model of this config adds to the tokens of its native size.
   *
   * @param config with a position embedding
   * @return (1, side * side, width) in float32
   */
  public static Tensor of(SanaConfig config) {
    int side = config.sampleSize() / config.patchSize();
    return TensorScope.tidy(
        () ->
            SinusoidalEmbedding.ofGrid(
                side, side, config.width(), side, config.interpolationScale()));
  }

  /**
   * The side of the token grid.
   *
   * @param tokens how many there are
   * @return its root
   * @throws CheckpointException if they form no square
   */
  public static int side(long tokens) {
    int side = (int) Math.round(Math.sqrt((double) tokens));
    if ((long) side * side != tokens) {
      throw new CheckpointException("pos_embed: " + tokens + " tokens form no square");
    }
    return side;
  }

  /**
   * The scale that an embedding was made with.
   *
   * @param positions (1, side * side, width)
   * @return 0 if it is zero everywhere; nothing if it is not such an embedding
   */
  public static OptionalDouble interpolationScale(Tensor positions) {
    return TensorScope.<OptionalDouble>compute(
        () -> {
          Tensor given = positions.to(DType.FLOAT32);
          int side = side(given.size(1));
          if (side < 2 || given.abs().sum().item() == 0) {
            return OptionalDouble.of(0);
          }
          // The first channel of the second column is the sine of the position itself.
          double second = given.reshape(-1).narrow(0, given.size(2), 1).item();
          double scale = rounded(1 / Math.asin(second));
          int width = (int) given.size(2);
          boolean found =
              Double.isFinite(scale)
                  && scale > 0
                  && distance(given, SinusoidalEmbedding.ofGrid(side, side, width, side, scale))
                      < TOLERANCE;
          return found ? OptionalDouble.of(scale) : OptionalDouble.empty();
        });
  }

  /** The root of the mean square of the differences, which a few wrong elements raise. */
  private static double distance(Tensor given, Tensor expected) {
    return given.sub(expected).pow(2).mean().sqrt().item();
  }

  /** To quarters, where it is one but for the rounding of the stored number. */
  private static double rounded(double scale) {
    double quarter = Math.rint(4 * scale) / 4;
    return Math.abs(quarter - scale) < TOLERANCE * scale ? quarter : scale;
  }
}
