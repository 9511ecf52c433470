package dev.sana4j.train.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.data.DataException;
import dev.sana4j.data.DataSet;
import dev.sana4j.data.LatentCache;
import dev.sana4j.pipeline.engine.ModelFolderWriter;
import dev.sana4j.recipe.RecipeException;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.ToyTraining;
import dev.sana4j.train.TrainingException;
import dev.sana4j.train.loop.RunRecipe;
import dev.sana4j.train.loop.SamplePrompts;
import dev.sana4j.train.loop.Trainer;
import dev.sana4j.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made, reused and refused before the first step of a base model. */
class BaseTrainerTest {
  @TempDir private static Path root;
  private static double lastLoss;
  private final ToyTraining toy = new ToyTraining(root);

  @BeforeAll
  static void makeABaseModel() throws IOException {
    ToyTraining.draw(root.resolve("pictures"), 24, 0);
    ToyTraining toy = new ToyTraining(root);
    toy.run("autoencoder", toy.autoencoder("steps=3"), WorkerGroup.alone(), () -> false);
    toy.run("base", toy.base("run.sample_every=0"), WorkerGroup.alone(), () -> false);
    lastLoss = toy.loss(100, 120);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text.heads=3 text.key_value_heads=2 | 3 is not a multiple of key_value_heads 2",
        "text.key_value_heads=0 | text.key_value_heads",
        "text.heads=0 | text.heads",
        "text.head_width=15 | text.head_width",
        "text.feed_forward=0 | text.feed_forward",
        "data.max_ratio=17 | data.max_ratio",
        "warm_up=-1 | warm_up"
      })
  void aSizeThatCannotBeIsRefusedWithTheConfig(String overrides, String named) {
    assertThatThrownBy(() -> toy.baseRecipe(overrides.split(" ", -1)))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining(named);
  }

  private Trainer frozen(String... overrides) {
    List<String> all = new ArrayList<>(List.of(overrides));
    all.addAll(
        List.of(
            "text.model=" + root.resolve("base/model"),
            "text.instruction=false",
            "data.cache=" + root.resolve("cache-of-frozen"),
            "steps=2"));
    return toy.base(all.toArray(String[]::new));
  }

  /** The config of another part, with one number changed. */
  private static Path changed(String part, String key, String value) throws IOException {
    Path folder = Files.createDirectories(root.resolve("changed-" + key).resolve(part));
    String config =
        Files.readString(root.resolve("base/model").resolve(part).resolve("config.json"));
    Files.writeString(
        folder.resolve("config.json"),
        config.replaceFirst("(\"" + key + "\" *: *)\\d+", "$1" + value));
    return root.resolve("changed-" + key);
  }

  private void assertRefusedEarly(String[] problem, String... overrides) {
    List<String> all = new ArrayList<>(List.of(overrides));
    all.add("start=" + root.resolve("base/model"));
    all.add("data.cache=" + root.resolve("cache-of-none"));
    Trainer misfit = toy.base(all.toArray(String[]::new));
    assertThatThrownBy(() -> misfit.prepare(toy.place("misfit")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll(problem);
    assertThat(root.resolve("cache-of-none")).doesNotExist();
  }

  @Test
  void aStartForOtherLatentsOrTextIsRefusedBeforeAnythingIsEncoded() throws IOException {
    Path latents = changed("vae", "latent_channels", "8");
    Path text = changed("text_encoder", "hidden_size", "48");

    assertRefusedEarly(
        new String[] {"for 4 latent channels", "needed are 8, 32"}, "autoencoder=" + latents);
    assertRefusedEarly(new String[] {"text of width 32", "needed are 4, 48"}, "text.model=" + text);
  }

  private Trainer started(String... overrides) {
    List<String> all = new ArrayList<>(List.of(overrides));
    all.addAll(
        List.of(
            "start=" + root.resolve("base/model"),
            "steps=20",
            "warm_up=0",
            "learning_rate=1e-4",
            "run.sample_every=0"));
    return toy.base(all.toArray(String[]::new));
  }

  @Test
  void aStartGoesOnWithItsTextEncoderWhereItEnded() throws IOException {
    toy.run("longer", started(), WorkerGroup.alone(), () -> false);

    assertThat(toy.loss(0, 20)).isLessThan(1.1 * lastLoss);
    double moved = distance("text_encoder/model.safetensors");
    assertThat(moved).isGreaterThan(0).isLessThan(0.01);
  }

  /** The most that a weight of the base model has moved. */
  private static double distance(String file) {
    return TensorScope.<Double>compute(
        () -> {
          double most = 0;
          try (Checkpoint before = Checkpoint.open(root.resolve("base/model").resolve(file));
              Checkpoint after = Checkpoint.open(root.resolve("longer/model").resolve(file))) {
            for (String name : before.names()) {
              float[] from = before.tensor(name).toFloats();
              float[] to = after.tensor(name).toFloats();
              for (int i = 0; i < from.length; i++) {
                most = Math.max(most, Math.abs(from[i] - to[i]));
              }
            }
          }
          return most;
        });
  }

  @Test
  void aStartGoesOnWithItsTokenizerWhateverTheCaptions() throws IOException {
    Path others = root.resolve("others");
    ToyTraining.draw(others, 4, 5);
    Files.writeString(
        others.resolve("metadata.jsonl"),
        "{\"file_name\": \"%s\", \"text\": \"quite other words\"}"
            .formatted(DataSet.open(others).key(0)));
    String[] data = {"data.path=" + others, "data.cache=" + root.resolve("cache-of-others")};
    Path trained = root.resolve("base/tokenizer/tokenizer.json");

    toy.base(data).prepare(toy.place("new-words"));
    started(data).prepare(toy.place("old-words"));

    assertThat(root.resolve("new-words/tokenizer/tokenizer.json"))
        .content()
        .isNotEqualTo(Files.readString(trained));
    assertThat(root.resolve("old-words/tokenizer/tokenizer.json")).hasSameBinaryContentAs(trained);
    assertThatThrownBy(() -> started(data).prepare(toy.place("new-words")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("is not the tokenizer of " + root.resolve("base/model"));
  }

  @Test
  void aStartWithoutATextEncoderToTrainOnIsRefused() throws IOException {
    Path alone = Files.createDirectories(root.resolve("alone"));
    ModelFolderWriter.copy(root.resolve("base/model/transformer"), alone.resolve("transformer"));

    assertThatThrownBy(() -> toy.base("start=" + alone).prepare(toy.place("without")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(alone + " has no text_encoder/")
        .hasMessageContaining("text.model");
  }

  @Test
  void aCacheEncodedInAnotherPrecisionIsRefusedByBoth() throws IOException {
    frozen().prepare(toy.place("frozen"));

    assertThatThrownBy(() -> frozen("run.precision=bfloat16").prepare(toy.place("rounded")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("in float32 with")
        .hasMessageContaining("in bfloat16 with");
  }

  @Test
  void theFirstWorkerAloneEncodesTextsForSamplesAndOnlyIfItMakesSome() throws IOException {
    frozen().prepare(toy.place("frozen"));
    RunRecipe some = toy.baseRecipe("run.sample_prompts=[a cat, a dog]").run();
    RunRecipe none = toy.baseRecipe("run.sample_every=0").run();
    String fingerprint =
        ToyTraining.fingerprint(
            root.resolve("autoencoder/model/vae"), root.resolve("base/model"), 32);

    try (LatentCache cache = LatentCache.open(root.resolve("cache-of-frozen"), fingerprint)) {
      assertThat(SamplePrompts.texts(some, cache, 0)).containsExactly("", "a cat", "a dog");
      assertThat(SamplePrompts.texts(some, cache, 1)).isEmpty();
      assertThat(SamplePrompts.texts(none, cache, 0)).isEmpty();
    }
  }

  @Test
  void imagesThatCannotBeEncodedAreNotedOnceAtEveryStart() throws IOException {
    Path images = root.resolve("cut");
    ToyTraining.draw(images, 6, 1);
    String cut = DataSet.open(images).key(2);
    Path broken = images.resolve(cut);
    Files.write(broken, Arrays.copyOf(Files.readAllBytes(broken), 45)); // its head is good
    Trainer base = toy.base("data.path=" + images, "data.cache=" + root.resolve("cache-of-cut"));
    String note =
        "skipped in %s: 1 images that cannot be read (%s)"
            .formatted(root.resolve("cache-of-cut"), cut);

    base.prepare(toy.place("of-cut"));
    assertThat(toy.notes()).containsExactly(note);
    base.prepare(toy.place("of-cut"));
    assertThat(toy.notes()).containsExactly(note, note);
  }
}
