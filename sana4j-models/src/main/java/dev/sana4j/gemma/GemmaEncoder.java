package dev.sana4j.gemma;

import dev.sana4j.nn.Embedding;
import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorException;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Gemma 2 without its output head: tokens to the last hidden state after the final norm. */
public final class GemmaEncoder extends Layer<GemmaEncoder.Input> {
  private final GemmaConfig config;
  private final Embedding embedding;
  private final List<GemmaBlock> blocks = new ArrayList<>();
  private final GemmaNorm norm;

  /**
   * The arguments.
   *
   * @param ids int64 (B, L), padded on the right
   * @param mask (B, L), 1 for a token and 0 for padding
   */
  public record Input(Tensor ids, Tensor mask) {}

  /**
   * Reads the network; the names may begin with {@code model.}, as in a causal language model.
   *
   * @param weights where they are
   * @param config the sizes
   */
  public GemmaEncoder(Weights weights, GemmaConfig config) {
    this.config = config;
    Weights root = weights.has("model.embed_tokens.weight") ? weights.at("model") : weights;
    embedding =
        own(
            Embedding.load(
                root.at("embed_tokens").asStored(), config.vocabulary(), config.width()));
    for (int i = 0; i < config.layers(); i++) {
      blocks.add(own(new GemmaBlock(root.at("layers").at(i), config, i)));
    }
    weights.ignore("lm_head.weight"); // a language model's output, tied to the embedding
    norm = own(new GemmaNorm(root.at("norm").asStored(), config));
  }

  /**
   * Opens a {@code text_encoder/} folder.
   *
   * @param folder holds config.json and model.safetensors, whole or sharded
   * @param dtype dtype to compute in
   * @param device where to compute
   * @return the network, to be closed by the caller
   */
  public static GemmaEncoder open(Path folder, DType dtype, Device device) {
    GemmaConfig config = GemmaConfig.read(ConfigFile.read(folder.resolve("config.json")));
    try (Checkpoint checkpoint = Checkpoint.open(Checkpoint.find(folder, "model"))) {
      return Weights.load(checkpoint, dtype, device, weights -> new GemmaEncoder(weights, config));
    }
  }

  /**
   * The sizes.
   *
   * @return the config it was built from
   */
  public GemmaConfig config() {
    return config;
  }

  /** Tokens to (B, L, width), float32. */
  @Override
  protected Tensor forward(Input input) {
    List<Tensor> states = states(input);
    return states.get(states.size() - 1);
  }

  /**
   * Every hidden state.
   *
   * @param input tokens
   * @return the embedded tokens, then the output of each block; the last one after the final norm;
   *     all (B, L, width) and float32, owned by the current scope
   */
  public List<Tensor> hiddenStates(Input input) {
    return TensorScope.tidyAll(() -> states(input));
  }

  private List<Tensor> states(Input input) {
    if (input.ids().rank() != 2 || input.ids().size(1) != input.mask().size(1)) {
      throw new TensorException("ids " + input.ids() + " and mask " + input.mask() + " differ");
    }
    Tensor embedded = embedding.apply(input.ids()).to(DType.FLOAT32).mul(Math.sqrt(config.width()));
    AttentionMask full = AttentionMask.of(input.mask(), Integer.MAX_VALUE);
    AttentionMask sliding = AttentionMask.of(input.mask(), config.slidingWindow());
    RotaryEmbedding rotary =
        RotaryEmbedding.of(
            input.ids().size(1), config.headWidth(), config.ropeTheta(), embedded.device());
    List<Tensor> states = new ArrayList<>(List.of(embedded));
    for (GemmaBlock block : blocks) {
      Tensor hidden = states.get(states.size() - 1);
      states.add(block.apply(new GemmaBlock.Input(hidden, rotary, full, sliding)));
    }
    states.add(norm.apply(states.remove(states.size() - 1)));
    return states;
  }
}
