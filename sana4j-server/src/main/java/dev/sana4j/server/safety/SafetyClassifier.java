package dev.sana4j.server.safety;

import dev.sana4j.folder.ModelException;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.text.Tokenizer;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A Gemma-2 language model that was trained to answer whether a prompt breaks a rule, such as
 * ShieldGemma. It scores Yes against No as the next word after a fixed question.
 *
 * <p>Source: "ShieldGemma: Generative AI Content Moderation Based on Gemma", 2024; the question is
 * from the public model card.
 *
 * <p>Not thread-safe.
 */
public final class SafetyClassifier implements AutoCloseable {
  private static final String RESOURCE = "safety_question.txt";
  private static final String CAP = "final_logit_softcapping";
  private static final double USUAL_CAP = 30;

  /** Only this many characters of a prompt are scored. */
  private static final int MOST_CHARACTERS = 8000;

  /** Tokens of the chat format, which a prompt must not contain: it could end its own turn. */
  private static final String CONTROL_TOKENS =
      "<\\s*/?\\s*(?:start_of_turn|end_of_turn|bos|eos|pad|unk|mask|unused\\d+)\\s*>";

  private static final String QUESTION = question();

  private final Tokenizer tokenizer;
  private final GemmaEncoder network;
  private final Device device;
  private final double cap;
  private final int yes;
  private final int no;

  private SafetyClassifier(
      Tokenizer tokenizer, GemmaEncoder network, Device device, double cap, int yes, int no) {
    this.tokenizer = tokenizer;
    this.network = network;
    this.device = device;
    this.cap = cap;
    this.yes = yes;
    this.no = no;
  }

  /**
   * Opens a published model: config.json, tokenizer.json and the weights in one folder.
   *
   * @param folder of the model
   * @param dtype dtype to compute in
   * @param device where to compute
   * @return the classifier, to be closed by the caller
   * @throws ModelException if its vocabulary has no single tokens for Yes and No
   */
  public static SafetyClassifier open(Path folder, DType dtype, Device device) {
    ConfigFile config = ConfigFile.read(folder.resolve("config.json"));
    double cap = config.number(CAP, config.keys().contains(CAP) ? 0 : USUAL_CAP);
    Tokenizer tokenizer = Tokenizer.load(folder.resolve("tokenizer.json"));
    try {
      int yes = word(tokenizer, "Yes", folder);
      int no = word(tokenizer, "No", folder);
      GemmaEncoder network = GemmaEncoder.open(folder, dtype, device, Storage.AS_STORED);
      return new SafetyClassifier(tokenizer, network, device, cap, yes, no);
    } catch (RuntimeException | Error e) {
      tokenizer.close();
      throw e;
    }
  }

  /** Returns the token of a word, without tokens that begin every text. */
  private static int word(Tokenizer tokenizer, String word, Path folder) {
    int before = tokenizer.encode("").length;
    int[] ids = tokenizer.encode(word);
    if (ids.length != before + 1) {
      throw new ModelException(
          folder
              + " has no single token for "
              + word
              + "; it is not a model that answers Yes or No");
    }
    return ids[before];
  }

  /**
   * Returns the probability that a prompt breaks a rule.
   *
   * @param prompt the prompt
   * @return 0 to 1; the public SANA demo refuses above 0.2
   */
  public double score(String prompt) {
    String shown =
        prompt.length() > MOST_CHARACTERS ? prompt.substring(0, MOST_CHARACTERS) : prompt;
    String harmless = shown.replaceAll(CONTROL_TOKENS, " ").strip();
    int[] ids = tokenizer.encode(QUESTION.replace("{prompt}", harmless));
    return Libtorch.noGrad(() -> TensorScope.compute(() -> score(ids)));
  }

  private double score(int[] ids) {
    Tensor tokens = Tensors.of(ids, 1, ids.length).to(device);
    Tensor mask = Tensors.full(1, DType.INT64, device, 1, ids.length);
    Tensor states = network.apply(new GemmaEncoder.Input(tokens, mask)); // (1, L, width)
    Tensor last = states.narrow(1, ids.length - 1, 1).flatten(0, 1); // (1, width)
    float[] logits = network.logits(last, yes, no).toFloats();
    return 1 / (1 + Math.exp(capped(logits[1]) - capped(logits[0])));
  }

  private double capped(double logit) {
    return cap == 0 ? logit : cap * Math.tanh(logit / cap);
  }

  private static String question() {
    try (InputStream in = SafetyClassifier.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new ModelException("the jar of sana4j-server lacks  " + RESOURCE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + RESOURCE, e);
    }
  }

  /** Closes the tokenizer and the network. */
  @Override
  public void close() {
    network.close();
    tokenizer.close();
  }
}
