package dev.sana4j.train.flow;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.pipeline.engine.PromptEmbedding;
import dev.sana4j.pipeline.engine.PromptEncoder;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.text.ComplexHumanInstruction;
import dev.sana4j.text.PromptTokenizer;
import dev.sana4j.text.PromptTokens;
import dev.sana4j.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The frozen networks that fill a cache; opened on first use. */
public final class Encoders implements AutoCloseable {
  /** Encoded at a time, so that a large encoder needs little memory. */
  private static final int MOST_TOKENS = 4096;

  private final Path autoencoderFolder;
  private final @Nullable Text text;
  private final DType dtype;
  private final Device device;
  private @Nullable Autoencoder autoencoder;
  private @Nullable PromptEncoder promptEncoder;
  private @Nullable PromptTokenizer withInstruction;
  private @Nullable PromptTokenizer plain;

  /**
   * A frozen text encoder.
   *
   * @param model whose encoder and tokenizer
   * @param instruction whether the complex human instruction precedes captions
   * @param maxLength number of tokens the transformer receives
   */
  public record Text(Path model, boolean instruction, int maxLength) {}

  /** Without a text encoder, only the captions themselves are cached. */
  public Encoders(Path autoencoderFolder, @Nullable Text text, DType dtype, Device device) {
    this.autoencoderFolder = autoencoderFolder;
    this.text = text;
    this.dtype = dtype;
    this.device = device;
  }

  /** Identifies these encoders and their dtype. */
  public String fingerprint() {
    String images = Fingerprint.of(autoencoderFolder) + " in " + dtype;
    return text == null
        ? images + " without text"
        : "%s with %s %s, instruction %s, length %d"
            .formatted(
                images,
                Fingerprint.of(text.model().resolve("text_encoder")),
                Fingerprint.of(text.model().resolve("tokenizer")),
                text.instruction(),
                text.maxLength());
  }

  /** (B, 3, H, W) to latents of about unit variance. */
  Tensor latents(Tensor images) {
    Autoencoder network = autoencoder;
    if (network == null) {
      network = Autoencoder.open(autoencoderFolder, dtype, device);
      autoencoder = network;
    }
    return network
        .encode(images.to(device).to(dtype))
        .to(DType.FLOAT32)
        .mul(network.config().scalingFactor())
        .to(Device.CPU);
  }

  /** One (L, D) per caption, without padding. */
  List<Tensor> captions(List<String> captions) {
    List<Tensor> embeddings = new ArrayList<>();
    if (text == null) {
      captions.forEach(caption -> embeddings.add(Tensors.zeros(DType.FLOAT32, Device.CPU, 1, 1)));
      return embeddings;
    }
    PromptEncoder encoder = promptEncoder();
    List<PromptTokens> some = new ArrayList<>();
    int longest = 0;
    for (String caption : captions) {
      PromptTokens next = tokens(caption);
      longest = Math.max(longest, Arrays.stream(next.mask()).sum());
      if (!some.isEmpty() && (some.size() + 1) * longest > MOST_TOKENS) {
        embeddings.addAll(embeddings(encoder, some));
        some.clear();
        longest = Arrays.stream(next.mask()).sum();
      }
      some.add(next);
    }
    embeddings.addAll(embeddings(encoder, some));
    return embeddings;
  }

  private static List<Tensor> embeddings(PromptEncoder encoder, List<PromptTokens> texts) {
    return TensorScope.tidyAll(
        () ->
            encoder.encodeTokens(texts).stream()
                .map(states -> states.to(DType.FLOAT32).to(Device.CPU))
                .toList());
  }

  /** The empty caption has no instruction. */
  private PromptTokens tokens(String caption) {
    PromptTokenizer with = withInstruction;
    PromptTokenizer without = plain;
    if (with == null || without == null) {
      throw new IllegalStateException("opened together");
    }
    return caption.isEmpty() ? without.unconditional("") : with.conditional(caption);
  }

  /** (1, L, D) without padding. */
  PromptEmbedding embedding(String caption) {
    return TensorScope.tidy(
        () -> {
          Tensor states = captions(List.of(caption)).get(0).unsqueeze(0);
          return new PromptEmbedding(
              states, Tensors.full(1, DType.FLOAT32, Device.CPU, 1, states.size(1)));
        });
  }

  private PromptEncoder promptEncoder() {
    PromptEncoder encoder = promptEncoder;
    if (encoder != null) {
      return encoder;
    }
    if (text == null) {
      throw new IllegalStateException("there is no frozen text encoder");
    }
    ModelFolder folder = ModelFolder.open(text.model());
    Tokenizer tokenizer = Tokenizer.load(folder.path(Part.TOKENIZER).resolve("tokenizer.json"));
    encoder =
        new PromptEncoder(
            tokenizer, GemmaEncoder.open(folder.path(Part.TEXT_ENCODER), dtype, device), device);
    promptEncoder = encoder;
    String instruction = text.instruction() ? ComplexHumanInstruction.text() : "";
    withInstruction =
        PromptTokenizer.builder(tokenizer)
            .maxLength(text.maxLength())
            .instruction(instruction)
            .build();
    plain = PromptTokenizer.builder(tokenizer).maxLength(text.maxLength()).build();
    return encoder;
  }

  /** Frees the networks; later uses open them again. */
  @Override
  public void close() {
    if (autoencoder != null) {
      autoencoder.close();
      autoencoder = null;
    }
    if (promptEncoder != null) {
      promptEncoder.close();
      promptEncoder = null;
    }
  }
}
