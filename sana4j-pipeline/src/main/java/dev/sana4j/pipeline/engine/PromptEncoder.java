package dev.sana4j.pipeline.engine;

import dev.sana4j.folder.ModelException;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.gemma.PrefixCache;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.TextLength;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.text.ComplexHumanInstruction;
import dev.sana4j.text.PromptTokenizer;
import dev.sana4j.text.PromptTokens;
import dev.sana4j.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Converts prompts to token ids and embeddings. */
public final class PromptEncoder implements AutoCloseable {
  private final Tokenizer tokenizer;
  private final GemmaConfig config;
  private final Supplier<GemmaEncoder> opening;
  private @Nullable GemmaEncoder encoder;
  private final Device device;
  private final @Nullable PrefixFiles files;
  private @Nullable Shared shared;

  /** A prefix that many prompts share, and its tokens. */
  private record Shared(List<Integer> ids, PrefixCache prefix) {}

  /**
   * Creates an encoder from a tokenizer and a text encoder.
   *
   * @param tokenizer closed with this
   * @param encoder closed with this
   * @param device device of the text encoder
   */
  public PromptEncoder(Tokenizer tokenizer, GemmaEncoder encoder, Device device) {
    this(tokenizer, encoder, device, null);
  }

  private PromptEncoder(
      Tokenizer tokenizer, GemmaEncoder encoder, Device device, @Nullable PrefixFiles files) {
    this(tokenizer, encoder, () -> encoder, device, files);
  }

  /**
   * Creates an encoder whose text encoder can be {@linkplain #letGo let go}.
   *
   * @param encoder the open text encoder
   * @param opening opens it again
   * @param files disk cache for prefixes; on the CPU, else null
   */
  PromptEncoder(
      Tokenizer tokenizer,
      GemmaEncoder encoder,
      Supplier<GemmaEncoder> opening,
      Device device,
      @Nullable PrefixFiles files) {
    this.tokenizer = tokenizer;
    this.encoder = encoder;
    this.config = encoder.config();
    this.opening = opening;
    this.device = device;
    this.files = files;
  }

  private GemmaEncoder encoder() {
    GemmaEncoder open = encoder;
    if (open == null) {
      open = opening.get();
      encoder = open;
    }
    return open;
  }

  /** Frees the text encoder until the next text. The cached prefix stays. */
  void letGo() {
    if (encoder != null) {
      encoder.close();
      encoder = null;
    }
  }

  /** Returns the tokens of a prompt. */
  PromptTokens prompt(GenerationRequest request, String prompt) {
    return tokenizerFor(request).conditional(prompt);
  }

  /** Returns the tokens of the negative prompt. */
  PromptTokens negative(GenerationRequest request) {
    return tokenizerFor(request).unconditional(request.negativePrompt());
  }

  private PromptTokenizer tokenizerFor(GenerationRequest request) {
    return PromptTokenizer.builder(tokenizer)
        .maxLength(request.maxSequenceLength())
        .instruction(request.instruction() ? ComplexHumanInstruction.text() : "")
        .cleanCaption(request.cleanCaption())
        .build();
  }

  /**
   * Encodes one text without padding, which is masked everywhere. The KV cache of the prefix that
   * texts share is kept from one text to the next.
   */
  PromptEmbedding encodeBriefly(PromptTokens tokens) {
    int[] ids = Arrays.copyOf(tokens.ids(), count(tokens));
    requireKnown(ids);
    int known = tokens.shared();
    PrefixCache prefix = known == 0 ? null : prefix(Arrays.copyOf(ids, known));
    int[] kept = keptTokens(tokens);
    return new PromptEmbedding(
        TensorScope.tidy(
            () ->
                states(Arrays.copyOfRange(ids, known, ids.length), prefix)
                    .indexSelect(1, numbers(kept))),
        Tensors.full(1, DType.INT64, device, 1, kept.length));
  }

  /** Returns the length of a text for {@link #encodeBriefly} with a cached prefix. */
  static TextLength length(PromptTokens tokens) {
    return new TextLength(
        count(tokens) - tokens.shared(), keptTokens(tokens).length, tokens.dropped());
  }

  /** Returns the length of a text for {@link #encode}. */
  static TextLength paddedLength(PromptTokens tokens) {
    return new TextLength(tokens.ids().length, tokens.selection().length, tokens.dropped());
  }

  /** Returns (1, all tokens, width), including the tokens of the prefix. */
  private Tensor states(int[] ids, @Nullable PrefixCache prefix) {
    Tensor mask = Tensors.full(1, DType.INT64, device, 1, ids.length);
    Tensor states =
        encoder().apply(new GemmaEncoder.Input(numbers(ids).unsqueeze(0), mask, prefix));
    return prefix == null ? states : Tensors.cat(List.of(prefix.states(), states), 1);
  }

  private Tensor numbers(int[] values) {
    return Tensors.of(values, values.length).to(device);
  }

  private PrefixCache prefix(int[] numbers) {
    List<Integer> ids = Arrays.stream(numbers).boxed().toList();
    Shared last = shared;
    if (last != null && last.ids().equals(ids)) {
      return last.prefix();
    }
    closeShared();
    PrefixCache prefix = files == null ? encodePrefix(numbers) : prefix(numbers, files);
    shared = new Shared(ids, prefix);
    return prefix;
  }

  private PrefixCache prefix(int[] ids, PrefixFiles kept) {
    return kept.read(encoder(), ids)
        .orElseGet(
            () -> {
              PrefixCache made = encodePrefix(ids);
              kept.write(ids, made);
              return made;
            });
  }

  private PrefixCache encodePrefix(int[] ids) {
    return TensorScope.compute(() -> encoder().prefix(numbers(ids).unsqueeze(0)));
  }

  private void closeShared() {
    if (shared != null) {
      shared.prefix().close();
      shared = null;
    }
  }

  /**
   * Encodes one text like the reference, including padding.
   *
   * @param tokens ids, and which of them the transformer sees
   * @return (1, selected, width) and its mask, owned by the current scope
   * @throws ModelException if the tokenizer and the text encoder are of different models
   */
  public PromptEmbedding encode(PromptTokens tokens) {
    int[] numbers = tokens.ids();
    int length = numbers.length;
    requireKnown(numbers);
    Tensor ids = Tensors.of(numbers, 1, length).to(device);
    Tensor mask = Tensors.of(tokens.mask(), 1, length).to(device);
    Tensor states = encoder().apply(new GemmaEncoder.Input(ids, mask)); // (1, length, width)
    int[] selection = tokens.selection();
    Tensor selected = Tensors.of(selection, selection.length).to(device);
    return new PromptEmbedding(states.indexSelect(1, selected), mask.indexSelect(1, selected));
  }

  /**
   * Encodes several texts as a batch, up to the longest text; padding at the end does not change
   * the tokens before it.
   *
   * @param texts ids, and which of them the transformer sees
   * @return one (tokens, width) per text, without padding, owned by the current scope
   * @throws ModelException if the tokenizer and the text encoder are of different models
   */
  public List<Tensor> encodeTokens(List<PromptTokens> texts) {
    int length = texts.stream().mapToInt(PromptEncoder::count).max().orElseThrow();
    int[] ids = new int[texts.size() * length];
    int[] mask = new int[ids.length];
    for (int i = 0; i < texts.size(); i++) {
      int known = Math.min(length, texts.get(i).ids().length); // the rest is masked
      System.arraycopy(texts.get(i).ids(), 0, ids, i * length, known);
      System.arraycopy(texts.get(i).mask(), 0, mask, i * length, known);
    }
    requireKnown(ids);
    return TensorScope.tidyAll(
        () -> {
          Tensor states = // (B, length, width)
              encoder()
                  .apply(
                      new GemmaEncoder.Input(
                          Tensors.of(ids, texts.size(), length).to(device),
                          Tensors.of(mask, texts.size(), length).to(device)));
          List<Tensor> each = new ArrayList<>();
          for (int i = 0; i < texts.size(); i++) {
            int[] kept = keptTokens(texts.get(i));
            each.add(
                states
                    .narrow(0, i, 1)
                    .flatten(0, 1)
                    .indexSelect(0, Tensors.of(kept, kept.length).to(device)));
          }
          return each;
        });
  }

  private static int count(PromptTokens tokens) {
    return Math.max(1, Arrays.stream(tokens.mask()).sum());
  }

  /** Returns the positions of tokens that the transformer sees, at least one. */
  private static int[] keptTokens(PromptTokens tokens) {
    int[] mask = tokens.mask();
    int[] kept = Arrays.stream(tokens.selection()).filter(at -> mask[at] == 1).toArray();
    return kept.length > 0 ? kept : new int[] {0};
  }

  private void requireKnown(int[] ids) {
    int largest = Arrays.stream(ids).max().orElse(0);
    if (largest >= config.vocabulary()) {
      throw new ModelException(
          "the tokenizer returns token "
              + largest
              + ", but the vocabulary of the text encoder has only "
              + config.vocabulary()
              + " tokens; use the tokenizer of this model");
    }
  }

  /** Closes the tokenizer and the encoder. */
  @Override
  public void close() {
    closeShared();
    letGo();
    tokenizer.close();
  }
}
