package dev.sana4j.train.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.recipe.RecipeException;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.text.TextException;
import dev.sana4j.text.TokenizerTrainer;
import dev.sana4j.train.ToyTraining;
import dev.sana4j.train.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTrainerTest {
  @TempDir private static Path root;
  private static double first;
  private static double last;
  private final ToyTraining toy = new ToyTraining(root);

  @BeforeAll
  static void train() throws IOException {
    ToyTraining.draw(root.resolve("pictures"), 24, 0);
    ToyTraining toy = new ToyTraining(root);
    toy.run("text", toy.text(), WorkerGroup.alone(), () -> false);
    first = toy.loss(0, 5);
    last = toy.loss(55, 60);
  }

  @Test
  void theLossFalls() {
    assertThat(last).isLessThan(first / 2);
  }

  @Test
  void theModelHasAnEncoderAndItsTokenizer() {
    Path model = root.resolve("text/model");
    assertThat(model.resolve("text_encoder/model.safetensors")).exists();
    assertThat(model.resolve("tokenizer/tokenizer.json")).exists();
    assertThat(model.resolve("transformer")).doesNotExist();
  }

  @Test
  void aResumedTrainingEndsWithTheSameWeights() throws IOException {
    var steps = new AtomicInteger();
    toy.run("stopped", toy.text(), WorkerGroup.alone(), () -> steps.incrementAndGet() > 30);
    assertThat(root.resolve("stopped/model")).doesNotExist();
    toy.run("stopped", toy.text(), WorkerGroup.alone(), () -> false);
    assertThat(root.resolve("stopped/model/text_encoder/model.safetensors"))
        .hasSameBinaryContentAs(root.resolve("text/model/text_encoder/model.safetensors"));
  }

  @Test
  void aTrainedEncoderIsTrainedFurther() throws IOException {
    toy.run(
        "further",
        toy.text(
            "start=" + root.resolve("text/model"), "steps=5", "warm_up=0", "learning_rate=1e-4"),
        WorkerGroup.alone(),
        () -> false);
    assertThat(toy.loss(0, 5)).isLessThan(first / 2);
  }

  @Test
  void aBaseModelStartsWithTheEncoderAndANewTransformer() throws IOException {
    toy.run("autoencoder", toy.autoencoder("steps=2"), WorkerGroup.alone(), () -> false);
    toy.run(
        "base",
        toy.base("start=" + root.resolve("text/model"), "steps=1", "run.sample_every=0"),
        WorkerGroup.alone(),
        () -> false);
    Path model = root.resolve("base/model");
    assertThat(model.resolve("transformer/config.json")).exists();
    assertThat(model.resolve("tokenizer/tokenizer.json"))
        .hasSameBinaryContentAs(root.resolve("text/model/tokenizer/tokenizer.json"));
    assertThat(Files.size(model.resolve("text_encoder/model.safetensors")))
        .isEqualTo(Files.size(root.resolve("text/model/text_encoder/model.safetensors")));
  }

  @Test
  void whatCannotBeTrainedIsRefused() {
    assertThatThrownBy(() -> toy.text("text.model=" + root.resolve("text/model")))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("text.model is a frozen encoder");
    assertThatThrownBy(() -> toy.text("start=" + root.resolve("pictures")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("has no text_encoder/ and tokenizer/");
  }

  @Test
  void aTokenizerWithMoreTokensThanTheVocabularyIsRefused() throws IOException {
    Path tokenizer = root.resolve("larger/tokenizer");
    List<String> words =
        IntStream.range(0, 400).mapToObj(i -> "w" + Integer.toString(i * 37, 36)).toList();
    Stream<String> captions = Stream.concat(words.stream(), words.stream());
    assertThat(TokenizerTrainer.train(captions, 600, tokenizer)).isEqualTo(600);
    assertThatThrownBy(() -> toy.run("larger", toy.text(), WorkerGroup.alone(), () -> false))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("has 600 tokens, but the vocabulary is 512");
  }

  @Test
  void aTrainingWhoseTokenizerCannotBeLoadedLeavesNoTensors() throws IOException {
    Path tokenizer = Files.createDirectories(root.resolve("damaged/tokenizer"));
    Files.writeString(tokenizer.resolve("tokenizer.json"), "{}");
    assertThatThrownBy(() -> toy.run("damaged", toy.text(), WorkerGroup.alone(), () -> false))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("tokenizer.json");
  }
}
