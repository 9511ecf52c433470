package dev.sana4j.gemma;

import dev.sana4j.nn.Embedding;
import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorException;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.Storage;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gemma 2 without its output head: maps tokens to the last hidden state after the final norm. */
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
   * @param prefix tokens before all of these, or null for none
   */
  public record Input(Tensor ids, Tensor mask, @Nullable PrefixCache prefix) {
    /**
     * Creates the arguments without a prefix.
     *
     * @param ids int64 (B, L), padded on the right
     * @param mask (B, L), 1 for a token and 0 for padding
     */
    public Input(Tensor ids, Tensor mask) {
      this(ids, mask, null);
    }
  }

  /**
   * Reads the network. The names may start with {@code model.}, as in a causal language model.
   *
   * @param weights the weights to read from
   * @param config the sizes
   */
  public GemmaEncoder(Weights weights, GemmaConfig config) {
    this.config = config;
    Weights root = weights.has("model.embed_tokens.weight") ? weights.at("model") : weights;
    embedding = own(Embedding.load(root.at("embed_tokens"), config.vocabulary(), config.width()));
    for (int i = 0; i < config.layers(); i++) {
      blocks.add(own(new GemmaBlock(root.at("layers").at(i), config, i)));
    }
    weights.ignore("lm_head.weight"); // the output head of a language model, tied to the embedding
    norm = own(new GemmaNorm(root.at("norm").asStored(), config));
  }

  /**
   * Opens a {@code text_encoder/} folder.
   *
   * @param folder a folder with config.json and model.safetensors, in one file or sharded
   * @param dtype the dtype to compute in
   * @param device the device to compute on
   * @return the network; the caller closes it
   */
  public static GemmaEncoder open(Path folder, DType dtype, Device device) {
    return open(folder, dtype, device, Storage.CONVERTED);
  }

  /**
   * Opens a {@code text_encoder/} folder.
   *
   * @param folder a folder with config.json and model.safetensors, in one file or sharded
   * @param dtype the dtype to compute in
   * @param device the device to compute on
   * @param storage whether large matrices keep their stored dtype
   * @return the network; the caller closes it
   */
  public static GemmaEncoder open(Path folder, DType dtype, Device device, Storage storage) {
    GemmaConfig config = GemmaConfig.read(ConfigFile.read(folder.resolve("config.json")));
    return Weights.open(
        folder, "model", dtype, device, storage, weights -> new GemmaEncoder(weights, config));
  }

  /**
   * Returns the sizes.
   *
   * @return the config that the network was built from
   */
  public GemmaConfig config() {
    return config;
  }

  /** Maps tokens to (B, L, width), float32. */
  @Override
  protected Tensor forward(Input input) {
    AttentionInputs inputs = inputs(input);
    return norm.apply(
        chain(
            embed(input), blocks.size(), (i, hidden) -> blocks.get(i).apply(inputs.of(hidden, i))));
  }

  /**
   * Returns a language model's logits of some tokens as the next token. The output layer is tied to
   * the embedding.
   *
   * @param states (B, width), the states of the last tokens after the final norm
   * @param tokens the ids of the tokens
   * @return (B, tokens), float32, not soft-capped
   */
  public Tensor logits(Tensor states, int... tokens) {
    return TensorScope.tidy(
        () -> {
          Tensor ids = Tensors.of(tokens, tokens.length).to(states.device());
          Tensor words = embedding.apply(ids).to(DType.FLOAT32); // (tokens, width)
          return states.to(DType.FLOAT32).matmul(words.transpose(0, 1));
        });
  }

  /**
   * Encodes tokens that other texts will follow.
   *
   * @param ids int64 (1, P)
   * @return the data that later tokens need; the caller closes it
   */
  public PrefixCache prefix(Tensor ids) {
    return PrefixCache.ofTensors(TensorScope.tidyAll(() -> statesKeysAndValues(ids)));
  }

  /**
   * Reads a prefix that {@link PrefixCache#write} wrote, to the CPU.
   *
   * @param file a safetensors file
   * @param length the number of tokens of the prefix
   * @return the same as {@link #prefix} of this network; the caller closes it
   * @throws dev.sana4j.weights.CheckpointException if the names or shapes in the file are different
   */
  public PrefixCache readPrefix(Path file, long length) {
    return PrefixCache.read(file, config, length);
  }

  private List<Tensor> statesKeysAndValues(Tensor ids) {
    Tensor mask = Tensors.full(1, DType.FLOAT32, ids.device(), ids.shape());
    Input input = new Input(ids, mask);
    AttentionInputs inputs = inputs(input);
    List<Tensor> made = new ArrayList<>();
    Tensor hidden = embed(input);
    for (int i = 0; i < blocks.size(); i++) {
      GemmaBlock.Input arguments = inputs.of(hidden, i);
      PrefixCache.KeyValues keyValues = blocks.get(i).keyValues(arguments);
      made.addAll(List.of(keyValues.keys(), keyValues.values()));
      hidden = blocks.get(i).apply(arguments);
    }
    made.add(0, norm.apply(hidden));
    return made;
  }

  /**
   * Returns every hidden state.
   *
   * @param input the tokens
   * @return the embedded tokens, then the output of each block, the last one after the final norm;
   *     all (B, L, width) and float32, owned by the current scope
   */
  public List<Tensor> hiddenStates(Input input) {
    return TensorScope.tidyAll(
        () -> {
          AttentionInputs inputs = inputs(input);
          List<Tensor> states = new ArrayList<>(List.of(embed(input)));
          for (int i = 0; i < blocks.size(); i++) {
            states.add(blocks.get(i).apply(inputs.of(states.get(i), i)));
          }
          states.add(norm.apply(states.remove(states.size() - 1)));
          return states;
        });
  }

  /** The arguments that all blocks share. */
  private record AttentionInputs(
      RotaryEmbedding rotary,
      AttentionMask full,
      AttentionMask sliding,
      @Nullable PrefixCache prefix) {
    GemmaBlock.Input of(Tensor hidden, int block) {
      return new GemmaBlock.Input(
          hidden, rotary, full, sliding, prefix == null ? null : prefix.keyValues(block));
    }
  }

  private AttentionInputs inputs(Input input) {
    if (input.ids().rank() != 2 || input.ids().size(1) != input.mask().size(1)) {
      throw new TensorException(
          "ids and mask must have the same length, but were "
              + input.ids()
              + " and "
              + input.mask());
    }
    long length = input.ids().size(1);
    PrefixCache prefix = input.prefix();
    long first = prefix == null ? 0 : prefix.length();
    Device device = input.ids().device();
    Tensor kept = input.mask();
    if (prefix != null) {
      Tensor before = Tensors.full(1, kept.dtype(), device, kept.size(0), first);
      kept = Tensors.cat(List.of(before, kept), 1); // (B, P + L)
    }
    return new AttentionInputs(
        RotaryEmbedding.of(first, length, config.headWidth(), config.ropeTheta(), device),
        AttentionMask.of(kept, first + length, length),
        AttentionMask.of(kept, config.slidingWindow(), length),
        prefix);
  }

  private Tensor embed(Input input) {
    return embedding.apply(input.ids()).to(DType.FLOAT32).mul(Math.sqrt(config.width()));
  }
}
