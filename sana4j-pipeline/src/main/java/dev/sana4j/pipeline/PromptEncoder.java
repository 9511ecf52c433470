package dev.sana4j.pipeline;

import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.hub.ModelException;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.text.ComplexHumanInstruction;
import dev.sana4j.text.PromptTokenizer;
import dev.sana4j.text.PromptTokens;
import dev.sana4j.text.Tokenizer;
import java.util.Arrays;

/** Prompt to token ids to text embedding. */
public final class PromptEncoder implements AutoCloseable {
  private final Tokenizer tokenizer;
  private final GemmaEncoder encoder;
  private final Device device;

  /**
   * Joins a tokenizer and a text encoder.
   *
   * @param tokenizer closed with this
   * @param encoder closed with this
   * @param device where the encoder is
   */
  public PromptEncoder(Tokenizer tokenizer, GemmaEncoder encoder, Device device) {
    this.tokenizer = tokenizer;
    this.encoder = encoder;
    this.device = device;
  }

  /** What the request says to show. */
  PromptEmbedding prompt(GenerationRequest request, String prompt) {
    return encode(tokenizerFor(request).conditional(prompt));
  }

  /** What the request says to steer away from. */
  PromptEmbedding negative(GenerationRequest request) {
    return encode(tokenizerFor(request).unconditional(request.negativePrompt()));
  }

  private PromptTokenizer tokenizerFor(GenerationRequest request) {
    return PromptTokenizer.builder(tokenizer)
        .maxLength(request.maxSequenceLength())
        .instruction(request.instruction() ? ComplexHumanInstruction.text() : "")
        .cleanCaption(request.cleanCaption())
        .build();
  }

  /**
   * Encodes one text.
   *
   * @param tokens ids, and which of them the transformer sees
   * @return (1, selected, width) and its mask, owned by the current scope
   * @throws ModelException if the tokenizer and the text encoder are of different models
   */
  public PromptEmbedding encode(PromptTokens tokens) {
    int[] numbers = tokens.ids();
    int length = numbers.length;
    int largest = Arrays.stream(numbers).max().orElse(0);
    if (largest >= encoder.config().vocabulary()) {
      throw new ModelException(
          "the tokenizer gives token "
              + largest
              + ", the text encoder knows "
              + encoder.config().vocabulary()
              + "; they are not of the same model");
    }
    Tensor ids = Tensors.of(numbers, 1, length).to(device);
    Tensor mask = Tensors.of(tokens.mask(), 1, length).to(device);
    Tensor states = encoder.apply(new GemmaEncoder.Input(ids, mask)); // (1, length, width)
    int[] selection = tokens.selection();
    Tensor selected = Tensors.of(selection, selection.length).to(device);
    return new PromptEmbedding(states.indexSelect(1, selected), mask.indexSelect(1, selected));
  }

  /** Closes the tokenizer and the encoder. */
  @Override
  public void close() {
    encoder.close();
    tokenizer.close();
  }
}
