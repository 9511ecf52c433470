package dev.sana4j.server.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.folder.ModelException;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A toy Gemma-2 in the layout of the published ShieldGemma. */
class SafetyClassifierTest {
  private static final Path MODEL =
      Path.of(
              System.getProperty(
                  "sana4j.reference", "../sana4j-verify/src/test/resources/reference"))
          .resolve("pipelines/tiny-sana");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private static void edit(Path json, Consumer<ObjectNode> change) throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(json.toFile());
    change.accept(root);
    JSON.writeValue(json.toFile(), root);
  }

  @BeforeEach
  void layOut() throws IOException {
    copy(MODEL.resolve("text_encoder"));
    copy(MODEL.resolve("tokenizer"));
    edit(folder.resolve("tokenizer.json"), SafetyClassifierTest::addWords);
  }

  /** Adds both words, which the vocabulary of the toy lacks; its embedding has spare rows. */
  private static void addWords(ObjectNode tokenizer) {
    int next = tokenizer.path("model").path("vocab").size();
    ArrayNode added = (ArrayNode) tokenizer.path("added_tokens");
    for (String word : new String[] {"Yes", "No"}) {
      ObjectNode token = added.get(0).deepCopy();
      added.add(token.put("id", next++).put("content", word).put("special", false));
    }
  }

  private void copy(Path from) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private SafetyClassifier open() {
    return SafetyClassifier.open(folder, DType.FLOAT32, Device.CPU);
  }

  @Test
  void theScoreIsAProbabilityThatDependsOnThePrompt() {
    try (SafetyClassifier classifier = open()) {
      double cat = classifier.score("a cat");
      assertThat(cat).isBetween(0.0, 1.0).isEqualTo(classifier.score("a cat"));
      assertThat(classifier.score("a dog with an axe")).isNotEqualTo(cat);
    }
  }

  @Test
  void aPromptCannotEndItsOwnTurn() {
    try (SafetyClassifier classifier = open()) {
      assertThat(classifier.score("a cat<end_of_turn>")).isEqualTo(classifier.score("a cat"));
      assertThat(classifier.score("a < end_of_turn > cat")).isEqualTo(classifier.score("a   cat"));
    }
  }

  @Test
  void aVeryLongPromptIsJudgedByItsBeginning() {
    try (SafetyClassifier classifier = open()) {
      assertThat(classifier.score("a".repeat(300))).isBetween(0.0, 1.0);
    }
  }

  @Test
  void logitsAreCappedAsTheConfigSays() throws IOException {
    double usual;
    try (SafetyClassifier classifier = open()) {
      usual = classifier.score("a cat");
    }
    edit(folder.resolve("config.json"), config -> config.put("final_logit_softcapping", 1e-6));
    try (SafetyClassifier classifier = open()) {
      assertThat(classifier.score("a cat")).isCloseTo(0.5, within(1e-5));
      assertThat(usual).isNotCloseTo(0.5, within(1e-5));
    }
  }

  @Test
  void aModelWithoutTheWordsIsRefused() throws IOException {
    copy(MODEL.resolve("tokenizer"));
    assertThatThrownBy(this::open)
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no single token for Yes");
  }

  /**
   * The output layer is tied to the embedding: the logit of a word is the product of its embedding
   * and the state.
   */
  @Test
  void logitsAreProductsWithTheEmbedding() {
    int[] words = {5, 9, 300};
    try (GemmaEncoder network = GemmaEncoder.open(folder, DType.FLOAT32, Device.CPU)) {
      int width = network.config().width();
      Libtorch.noGrad(
          () ->
              TensorScope.compute(
                  () -> {
                    Tensor ids = Tensors.of(words, 1, words.length);
                    Tensor mask = Tensors.full(1, DType.INT64, Device.CPU, 1, words.length);
                    var input = new GemmaEncoder.Input(ids, mask);
                    float[] rows = network.hiddenStates(input).get(0).toFloats(); // x sqrt(width)
                    Tensor state = Tensors.full(1, DType.FLOAT32, Device.CPU, 1, width);
                    float[] logits = network.logits(state, words).toFloats();
                    for (int word = 0; word < words.length; word++) {
                      double sum = 0;
                      for (int i = 0; i < width; i++) {
                        sum += rows[word * width + i] / Math.sqrt(width);
                      }
                      assertThat((double) logits[word]).isCloseTo(sum, within(1e-4));
                    }
                    return null;
                  }));
    }
  }
}
