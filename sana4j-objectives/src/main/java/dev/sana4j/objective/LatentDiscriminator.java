package dev.sana4j.objective;

import dev.sana4j.nn.Layer;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.FreshSource;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Classifies latents as real or as made by a student, from the features of a frozen teacher at some
 * of its blocks (LADD, arXiv 2403.12015). Maps noisy latents with their time and text to logits (B,
 * heads * T), above 0 for real latents. Only the heads are trained; they compute in float32.
 */
public final class LatentDiscriminator extends Layer<SanaInput> {
  private final SanaTransformer teacher;
  private final List<Integer> blocks;
  private final List<DiscriminatorHead> heads = new ArrayList<>();

  /**
   * Reads the heads.
   *
   * @param weights source of the weights, one index per head
   * @param teacher frozen network, which the caller closes
   * @param blocks indices of the blocks whose outputs the heads read, rising
   */
  public LatentDiscriminator(Weights weights, SanaTransformer teacher, List<Integer> blocks) {
    this.teacher = teacher;
    this.blocks = List.copyOf(blocks);
    for (int i = 0; i < blocks.size(); i++) {
      heads.add(own(new DiscriminatorHead(weights.at(i), teacher.config().width())));
    }
  }

  /**
   * Returns a discriminator with untrained heads.
   *
   * @param seed seed of the weights
   * @param teacher frozen network, which the caller closes
   * @param blocks indices of the blocks whose outputs the heads read, rising
   * @return the discriminator, to be closed by the caller
   */
  public static LatentDiscriminator create(
      long seed, SanaTransformer teacher, List<Integer> blocks) {
    Device device = teacher.parameters().get(0).value().device();
    try (FreshHeads fresh = new FreshHeads(seed)) {
      return Weights.load(
          fresh,
          DType.FLOAT32,
          device,
          weights -> new LatentDiscriminator(weights, teacher, blocks));
    }
  }

  /** Initial weights; the vectors of power iteration start from random points on the sphere. */
  private static final class FreshHeads implements FreshSource {
    private final RandomWeights weights;
    private final Generator directions;

    FreshHeads(long seed) {
      weights = new RandomWeights(seed);
      directions = new Generator(seed + 1);
    }

    @Override
    public Tensor tensor(String name, long... shape) {
      return SpectralLinear.isEstimate(name)
          ? TensorScope.tidy(() -> SpectralLinear.normalized(directions.normal(shape)))
          : weights.tensor(name, shape);
    }

    @Override
    public void close() {
      weights.close();
      directions.close();
    }
  }

  /**
   * Returns the trained parameters.
   *
   * @return parameters of all heads
   */
  public List<Parameter> trained() {
    return parameters().stream()
        .filter(parameter -> !SpectralLinear.isEstimate(parameter.name()))
        .toList();
  }

  /**
   * Returns the estimates of singular vectors, which change without being trained and belong into a
   * checkpoint.
   *
   * @return the estimates by name, owned by this object
   */
  public Map<String, Tensor> estimates() {
    Map<String, Tensor> found = new LinkedHashMap<>();
    parameters().stream()
        .filter(parameter -> SpectralLinear.isEstimate(parameter.name()))
        .forEach(parameter -> found.put(parameter.name(), parameter.value()));
    return found;
  }

  @Override
  protected Tensor forward(SanaInput input) {
    List<Tensor> features = teacher.features(input, blocks);
    List<Tensor> logits = new ArrayList<>();
    for (int i = 0; i < heads.size(); i++) {
      logits.add(heads.get(i).apply(features.get(i).to(DType.FLOAT32)));
    }
    return Tensors.cat(logits, 1);
  }

  /**
   * Updates the spectral norms of the heads; call it once before every batch they are trained on.
   */
  public void refresh() {
    heads.forEach(head -> head.maps().forEach(SpectralLinear::refresh));
  }
}
