package dev.sana4j.nn;

import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigCheck;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The low-rank update of a linear layer or a 1x1 convolution (LoRA, arXiv 2106.09685, section 4.1).
 * The output W x becomes W x + alpha / rank * B A x, computed in the dtype of x. With magnitudes
 * (DoRA, arXiv 2402.09353) the rows of the updated weight have given norms.
 */
public final class LowRank extends Layer<Tensor> implements Adapter {
  private final Parameter down;
  private final Parameter up;
  private final Settings settings;
  private final boolean convolution;
  private final @Nullable WeightMagnitude magnitude;
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

  /**
   * Reads {@code lora_A.weight} (rank, in), {@code lora_B.weight} (out, rank) and, for DoRA, {@code
   * lora_magnitude_vector}.
   *
   * @param weights the weights to read from
   * @param target the layer to update
   * @param settings the hyperparameters
   * @param axis what the magnitudes belong to; null without DoRA
   */
  LowRank(
      Weights weights,
      LayerNames.Target target,
      Settings settings,
      WeightMagnitude.@Nullable Axis axis) {
    this.down = own(weights.parameter("lora_A.weight", settings.rank(), target.in()));
    this.up = own(weights.parameter("lora_B.weight", target.out(), settings.rank()));
    this.settings = settings;
    this.convolution = target.convolution();
    this.magnitude = axis == null ? null : magnitude(weights, target, axis);
  }

  private WeightMagnitude magnitude(
      Weights weights, LayerNames.Target target, WeightMagnitude.Axis axis) {
    long size = axis == WeightMagnitude.Axis.OUTPUT ? target.out() : target.in();
    return new WeightMagnitude(own(weights.parameter("lora_magnitude_vector", size)), axis);
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

  /** Returns A: (rank, in). */
  Parameter down() {
    return down;
  }

  /** Returns B: (out, rank). */
  Parameter up() {
    return up;
  }

  /** Returns whether the layer is a 1x1 convolution. */
  boolean isConvolution() {
    return convolution;
  }

  /** Returns the magnitudes of DoRA; null for plain LoRA. */
  @Nullable WeightMagnitude magnitude() {
    return magnitude;
  }

  /**
   * Prepares the update for a layer.
   *
   * @param layer the layer
   * @param factor a factor for the update; 1 is the trained strength, and 0 turns it off
   * @throws CheckpointException if the weight of DoRA is not defined
   */
  void bind(AffineMap layer, double factor) {
    strength = factor;
    if (magnitude != null && factor != 0) {
      magnitude.bind(layer, this::rows);
    }
  }

  /** Frees what {@link #bind} computed. */
  void release() {
    if (magnitude != null) {
      magnitude.release();
    }
  }

  /** Drops inputs from now on, with a mask that depends only on the seed; null for no dropout. */
  void dropoutSeed(@Nullable Long seed) {
    dropoutSeed = seed;
  }

  @Override
  public Tensor adapt(Tensor input, Tensor output) {
    return output.add(apply(input));
  }

  @Override
  public Tensor adapt(Tensor input, Tensor own, Tensor output) {
    if (magnitude == null) {
      return adapt(input, output);
    }
    return strength == 0 ? output : magnitude.adapt(input, own, output, this::apply);
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

  /** Returns rows of s B A: (count, in), float32. */
  private Tensor rows(long first, long count) {
    return up.value().narrow(0, first, count).matmul(down.value()).mul(scale());
  }

  /**
   * Returns what the update adds to the weight of the layer that {@link #bind} named: the shape of
   * the weight, float32.
   */
  Tensor delta(AffineMap layer) {
    Tensor matrix =
        magnitude == null || strength == 0 ? rows(0, out()) : magnitude.delta(layer, this::rows);
    return matrix.reshape(layer.weight().value().shape());
  }
}
