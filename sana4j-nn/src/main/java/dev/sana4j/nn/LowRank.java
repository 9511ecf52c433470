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
 * The low-rank update of a linear layer (LoRA, arXiv 2106.09685, section 4.1). The output W x
 * becomes W x + alpha / rank * B A x, computed in the dtype of x.
 */
public final class LowRank extends Layer<Tensor> implements Adapter {
  private final Parameter down;
  private final Parameter up;
  private final Settings settings;
  private double strength = 1;
  private @Nullable Long dropoutSeed;

  /**
   * The hyperparameters of an update.
   *
   * @param rank number of rows of A and columns of B, at least 1
   * @param alpha the update is scaled by alpha / rank
   * @param dropout fraction of the input that is dropped in training, at least 0 and below 1
   */
  public record Settings(int rank, double alpha, double dropout) {

    /** Checks the ranges. */
    public Settings {
      ConfigCheck check = new ConfigCheck("LoRA");
      check.positive("rank", rank);
      check.require(Double.isFinite(alpha), "alpha " + alpha + " is not finite");
      check.require(
          dropout >= 0 && dropout < 1,
          "dropout must be at least 0 and below 1, but was " + dropout);
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
   * @param weights the weights to read from
   * @param in size of the input's last dimension
   * @param out size of the output's last dimension
   * @param settings the hyperparameters
   * @return the update
   */
  public static LowRank load(Weights weights, long in, long out, Settings settings) {
    return new LowRank(
        weights.parameter("lora_A.weight", settings.rank(), in),
        weights.parameter("lora_B.weight", out, settings.rank()),
        settings);
  }

  /**
   * Returns rank, scale and dropout.
   *
   * @return the hyperparameters
   */
  public Settings settings() {
    return settings;
  }

  /** Returns the size of the input's last dimension. */
  long in() {
    return down.value().size(1);
  }

  /** Returns the size of the output's last dimension. */
  long out() {
    return up.value().size(0);
  }

  /** Sets a factor for the update; 1 is the trained strength. */
  void strength(double factor) {
    strength = factor;
  }

  /** Drops inputs from now on, with a mask that depends only on the seed; null for no dropout. */
  void dropoutSeed(@Nullable Long seed) {
    dropoutSeed = seed;
  }

  @Override
  public Tensor adapt(Tensor input, Tensor output) {
    return output.add(apply(input));
  }

  /** Computes only the update: (..., in) to (..., out). */
  @Override
  protected Tensor forward(Tensor input) {
    Tensor kept = dropoutSeed == null || settings.dropout() == 0 ? input : drop(input, dropoutSeed);
    Tensor inner = Functional.linear(kept, down.value().to(input.dtype()), null); // (..., rank)
    return Functional.linear(inner.mul(scale()), up.value().to(input.dtype()), null);
  }

  private double scale() {
    return strength * settings.alpha() / settings.rank();
  }

  /** Each update has a separate mask. A second pass over the same input uses the same mask. */
  private Tensor drop(Tensor input, long seed) {
    long own = new SplittableRandom(seed + ((long) down.name().hashCode() << 32)).nextLong();
    try (Generator generator = new Generator(own)) {
      double dropped = settings.dropout();
      Tensor mask = generator.uniform(input.shape()).add(0.5 - dropped).round(); // 0 or 1
      return input.mul(mask.mul(1 / (1 - dropped)).to(input.device()).to(input.dtype()));
    }
  }

  /** Returns the matrix that the update adds to the weight: (out, in), float32. */
  Tensor delta() {
    return up.value().matmul(down.value()).mul(scale());
  }
}
