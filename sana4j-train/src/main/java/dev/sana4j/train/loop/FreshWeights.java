package dev.sana4j.train.loop;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.FreshSource;
import dev.sana4j.weights.RandomWeights;
import java.util.Map;
import java.util.regex.Pattern;

/** A random initialization in which some parameters begin with a constant. */
public final class FreshWeights implements FreshSource {
  /** An output of zero: the first prediction is the mean, and no layer is disturbed by noise. */
  private static final Map<Pattern, Double> TRANSFORMER =
      Map.of(
          Pattern.compile("proj_out\\..*"), 0.0,
          Pattern.compile("caption_norm\\.weight"), 0.01);

  /** The norms of Gemma multiply by 1 + weight. */
  private static final Map<Pattern, Double> TEXT_ENCODER =
      Map.of(Pattern.compile(".*norm\\.weight"), 0.0);

  private final RandomWeights random;
  private final Map<Pattern, Double> constants;

  private FreshWeights(long seed, Map<Pattern, Double> constants) {
    random = new RandomWeights(seed);
    this.constants = constants;
  }

  /** As SANA begins: normalized captions small, the rest by fan-in. */
  public static FreshWeights ofTransformer(long seed) {
    return new FreshWeights(seed, TRANSFORMER);
  }

  /** A logarithm of a variance begins at 0 everywhere: no angle counts more than another yet. */
  public static FreshWeights ofLogVariance(long seed) {
    return new FreshWeights(seed, Map.of(Pattern.compile(".*"), 0.0));
  }

  public static FreshWeights ofTextEncoder(long seed) {
    return new FreshWeights(seed, TEXT_ENCODER);
  }

  @Override
  public Tensor tensor(String name, long... shape) {
    for (Map.Entry<Pattern, Double> each : constants.entrySet()) {
      if (each.getKey().matcher(name).matches()) {
        return Tensors.full(each.getValue(), DType.FLOAT32, Device.CPU, shape);
      }
    }
    return random.tensor(name, shape);
  }

  @Override
  public void close() {
    random.close();
  }
}
