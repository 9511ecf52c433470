package dev.sana4j.nn;

import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.ConfigCheck;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The low-rank update of a linear layer (LoRA, arXiv 2106.09685, section 4.1): the output W x
 * becomes W x + alpha / rank * B A x, computed in the dtype of x.
 */
public final class LowRank extends Layer<Tensor> implements Adapter {
  private final Parameter down;
  private final Parameter up;
  private final Settings settings;
  private double strength = 1;
  private @Nullable Long dropoutSeed;

  /**
   * The choices of an update.
   *
   * @param rank rows of A and columns of B, at least 1
   * @param alpha the update is scaled by alpha / rank
   * @param dropout share of the input that is dropped in training, from 0 to below 1
   */
  public record Settings(int rank, double alpha, double dropout) {

    /** Checks the values. */
    public Settings {
      ConfigCheck check = new ConfigCheck("LoRA");
      check.positive("rank", rank);
      check.require(Double.isFinite(alpha), "alpha " + alpha + " is not finite");
      check.require(
          dropout >= 0 && dropout < 1, "dropout " + dropout + " is not between 0 and below 1");
    }
  }

  private LowRank(Parameter down, Parameter up, Settings settings) {
    this.down = own(down);
    this.up = own(up);
    this.settings = settings;
  }

  /**
   * Reads {@code lora_A.weight} (rank, in) and {@code lora_B.weight} (out, rank).
   *
   * @param weights where they are
   * @param in size of the input's last dimension
   * @param out size of the output's last dimension
   * @param settings rank and scale
   * @return the update
   */
  public static LowRank load(Weights weights, long in, long out, Settings settings) {
    return new LowRank(
        weights.parameter("lora_A.weight", settings.rank(), in),
        weights.parameter("lora_B.weight", out, settings.rank()),
        settings);
  }

  /**
   * Rank, scale and dropout.
   *
   * @return what it was made with
   */
  public Settings settings() {
    return settings;
  }

  /** Size of the input's last dimension. */
  long in() {
    return down.value().size(1);
  }

  /** Size of the output's last dimension. */
  long out() {
    return up.value().size(0);
  }

  /** Multiplies the update; 1 is as trained. */
  void strength(double factor) {
    strength = factor;
  }

  /** Drops inputs from now on, by a mask that depends on nothing but the seed; null for none. */
  void dropoutSeed(@Nullable Long seed) {
    dropoutSeed = seed;
  }

  @Override
  public Tensor adapt(Tensor input, Tensor output) {
    return output.add(apply(input));
  }

  /** The update alone: (..., in) to (..., out). */
  @Override
  protected Tensor forward(Tensor input) {
    Tensor kept = dropoutSeed == null || settings.dropout() == 0 ? input : drop(input, dropoutSeed);
    Tensor inner = Functional.linear(kept, down.value().to(input.dtype()), null); // (..., rank)
    return Functional.linear(inner.mul(scale()), up.value().to(input.dtype()), null);
  }

  private double scale() {
    return strength * settings.alpha() / settings.rank();
  }

  /** Each update has a mask of its own; a second pass over the same input has the same one. */
  private Tensor drop(Tensor input, long seed) {
    long own = new SplittableRandom(seed + ((long) down.name().hashCode() << 32)).nextLong();
    try (Generator generator = new Generator(own)) {
      double dropped = settings.dropout();
      Tensor mask = generator.uniform(input.shape()).add(0.5 - dropped).round(); // 0 or 1
      return input.mul(mask.mul(1 / (1 - dropped)).to(input.device()).to(input.dtype()));
    }
  }

  /** What the update adds to the weight: (out, in), float32. */
  Tensor delta() {
    return up.value().matmul(down.value()).mul(scale());
  }
}
