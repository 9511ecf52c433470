package dev.sana4j.bench;

import dev.sana4j.clip.ClipConfig;
import dev.sana4j.inception.InceptionModel;
import dev.sana4j.tensor.DType;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.Weights;
import java.util.Map;

/** Floating point operations of the networks that measure images, per image. */
final class MeasureFlops {
  /** The side of the output of each part of Inception, for images of 299 x 299. */
  private static final Map<String, Integer> SIDES =
      Map.of(
          "Conv2d_1a", 149, "Conv2d_2a", 147, "Conv2d_2b", 147, "Conv2d_3b", 73, "Conv2d_4a", 71);

  private static final int LARGE = 35;
  private static final int MEDIUM = 17;
  private static final int SMALL = 8;

  private MeasureFlops() {}

  /** Counts the image tower of CLIP. */
  static long image(ClipConfig config) {
    ClipConfig.Tower tower = config.image();
    long tokens = config.patches() + 1L;
    long width = tower.width();
    long patch = 3L * config.patchSize() * config.patchSize();
    long block =
        4 * Flops.product(tokens, width, width)
            + Flops.softmaxAttention(tower.heads(), width / tower.heads(), tokens, tokens)
            + 2 * Flops.product(tokens, width, tower.feedForward());
    return Flops.product(config.patches(), patch, width)
        + tower.layers() * block
        + Flops.product(1, width, config.projection());
  }

  /** Counts all convolutions of Inception. */
  static long inception() {
    return Weights.specs(DType.FLOAT32, InceptionModel::new).stream()
        .filter(spec -> spec.shape().size() == 4)
        .mapToLong(MeasureFlops::convolution)
        .sum();
  }

  private static long convolution(TensorSpec spec) {
    long side = side(spec.name());
    long weights = spec.shape().stream().reduce(1L, (a, b) -> a * b);
    return 2 * weights * side * side;
  }

  private static int side(String name) {
    Integer stem = SIDES.get(name.substring(0, Math.min(name.length(), 9)));
    if (stem != null) {
      return stem;
    }
    boolean first = name.startsWith("Mixed_6a") && name.matches(".*branch3x3(dbl_3)?\\.conv.*");
    boolean second = name.startsWith("Mixed_7a") && name.matches(".*(3x3_2|7x7x3_4)\\.conv.*");
    if (name.startsWith("Mixed_5") || (name.startsWith("Mixed_6a") && !first)) {
      return LARGE;
    }
    boolean last = name.startsWith("Mixed_7b") || name.startsWith("Mixed_7c");
    return last || second ? SMALL : MEDIUM;
  }
}
