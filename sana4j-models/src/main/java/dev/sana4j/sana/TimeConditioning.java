package dev.sana4j.sana;

import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorException;
import dev.sana4j.weights.Weights;
import org.jspecify.annotations.Nullable;

/** Time and, for Sprint, the guidance scale, embedded and added: (B, width). */
final class TimeConditioning extends Layer<TimeConditioning.Input> {
  private final TimeEmbedding time;
  private final @Nullable TimeEmbedding guidance;

  /**
   * The arguments.
   *
   * @param times (B)
   * @param guidance (B) as the network receives it, or null for a model without that input
   */
  record Input(Tensor times, @Nullable Tensor guidance) {}

  TimeConditioning(Weights weights, SanaConfig config) {
    boolean guided = config.guidanceEmbedding();
    Weights timeWeights = weights.at(guided ? "timestep_embedder" : "emb.timestep_embedder");
    time = own(new TimeEmbedding(timeWeights, config.width()));
    guidance =
        guided ? own(new TimeEmbedding(weights.at("guidance_embedder"), config.width())) : null;
  }

  @Override
  protected Tensor forward(Input input) {
    Tensor embedded = time.apply(input.times());
    if (guidance == null) {
      return embedded;
    }
    if (input.guidance() == null) {
      throw new TensorException("this model embeds the guidance scale, and none was given");
    }
    return embedded.add(guidance.apply(input.guidance()));
  }
}
