package dev.sana4j.train.flow;

import dev.sana4j.data.LatentCache;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.pipeline.engine.ModelFolderWriter;
import dev.sana4j.pipeline.engine.PromptEmbedding;
import dev.sana4j.tensor.Device;
import dev.sana4j.text.PromptTokenizer;
import dev.sana4j.text.Tokenizer;
import dev.sana4j.weights.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Text of an encoder that is trained with the transformer, without an instruction. */
final class TrainedText implements TextSource {
  private final LatentCache cache;
  private final GemmaEncoder encoder;
  private final Tokenizer tokenizer;
  private final PromptTokenizer prompts;
  private final Path tokenizerFolder;
  private final Device device;

  /**
   * Takes ownership of encoder and tokenizer.
   *
   * @param cache cache whose captions are encoded
   * @param encoder the encoder to train
   * @param tokenizer tokenizer of the encoder
   * @param tokenizerFolder folder of the tokenizer
   * @param maxLength maximum number of tokens per caption
   * @param device device of the encoder
   */
  TrainedText(
      LatentCache cache,
      GemmaEncoder encoder,
      Tokenizer tokenizer,
      Path tokenizerFolder,
      int maxLength,
      Device device) {
    this.cache = cache;
    this.encoder = encoder;
    this.tokenizer = tokenizer;
    this.tokenizerFolder = tokenizerFolder;
    this.device = device;
    prompts = PromptTokenizer.builder(tokenizer).maxLength(maxLength).build();
  }

  @Override
  public PromptEmbedding batch(List<Integer> samples, List<Integer> captions) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      int caption = captions.get(i);
      texts.add(
          caption == LatentCache.NO_CAPTION
              ? ""
              : cache.captions(samples.get(i)).get(caption).text());
    }
    return encode(texts);
  }

  @Override
  public PromptEmbedding text(String text) {
    return encode(List.of(text));
  }

  private PromptEmbedding encode(List<String> texts) {
    GemmaEncoder.Input input = TextBatch.of(texts, prompts, tokenizer.padId()).on(device);
    return new PromptEmbedding(encoder.apply(input), input.mask());
  }

  @Override
  public List<Parameter> parameters() {
    return encoder.parameters();
  }

  @Override
  public void write(Path model) {
    ModelFolderWriter.writeTextEncoder(model, encoder);
    ModelFolderWriter.copy(tokenizerFolder, model.resolve("tokenizer"));
  }

  @Override
  public void close() {
    encoder.close();
    tokenizer.close();
  }
}
