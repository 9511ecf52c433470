package dev.sana4j.train.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.data.LatentCache;
import dev.sana4j.pipeline.engine.ModelFolderWriter;
import dev.sana4j.recipe.Recipe;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.Seeds;
import dev.sana4j.train.ToyTraining;
import dev.sana4j.train.loop.Trainer;
import dev.sana4j.weights.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that a fine-tuning opens or rejects before its first step. */
class FinetuneTrainerTest {
  private static final String[] PARTS = {
    "scheduler", "text_encoder", "tokenizer", "transformer", "vae"
  };

  @TempDir private static Path root;
  private final ToyTraining toy = new ToyTraining(root);

  @BeforeAll
  static void makeAModel() throws IOException {
    ToyTraining.draw(root.resolve("pictures"), 8, 0);
    ToyTraining.draw(root.resolve("reds"), 4, 9);
    ToyTraining toy = new ToyTraining(root);
    toy.run("autoencoder", toy.autoencoder("steps=2"), WorkerGroup.alone(), () -> false);
    Trainer base = toy.base("steps=2", "batch=4", "run.sample_every=0");
    toy.run("base", base, WorkerGroup.alone(), () -> false);
  }

  /** Returns another folder of the same model. */
  private static Path model(String name) throws IOException {
    Path model = Files.createDirectories(root.resolve(name));
    Path from = root.resolve("base/model");
    Files.copy(from.resolve("model_index.json"), model.resolve("model_index.json"));
    for (String part : PARTS) {
      ModelFolderWriter.copy(from.resolve(part), model.resolve(part));
    }
    return model;
  }

  private Trainer lora(Path model, String sampleEvery) {
    return toy.lora(
        "start=" + model,
        "data.cache=" + root.resolve("cache-of-reds"),
        "prior.data.cache=" + root.resolve("cache-of-pictures"),
        "run.sample_every=" + sampleEvery);
  }

  private static String fingerprint(Path model) {
    return ToyTraining.fingerprint(model.resolve("vae"), model, 300);
  }

  /** Damages weights, and changes the caches so that they match the damaged encoder. */
  private static void damageTextEncoder(Path model) throws IOException {
    String before = fingerprint(model);
    Path weights = model.resolve("text_encoder/model.safetensors");
    Files.delete(weights); // only its name belongs to this model
    Files.writeString(weights, "no weights");
    for (String cache : new String[] {"cache-of-reds", "cache-of-pictures"}) {
      Path index = root.resolve(cache).resolve("index.json");
      Files.writeString(index, Files.readString(index).replace(before, fingerprint(model)));
      LatentCache.open(root.resolve(cache), fingerprint(model)).close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"to_z", "conv_depth", "o_q"})
  void aTargetThatNamesNoLinearLayerIsRefusedBeforeAnythingIsEncoded(String target) {
    Trainer lora =
        toy.lora(
            "start=" + root.resolve("base/model"),
            "data.cache=" + root.resolve("cache-of-none"),
            "lora.targets=[to_q, attn2.to_out.0, " + target + "]");

    assertThatThrownBy(() -> lora.prepare(toy.place("mistaken")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("target '" + target + "' matches no linear layer")
        .hasMessageContaining("to_q");
    assertThat(root.resolve("cache-of-none")).doesNotExist();
  }

  @Test
  void theTextEncoderIsOpenedForSamplesAloneAndBeforeTheTransformer() throws IOException {
    Path model = model("damaged");
    lora(model, "0").prepare(toy.place("lora"));
    damageTextEncoder(model);
    Files.delete(model.resolve("transformer/diffusion_pytorch_model.safetensors"));

    assertThatThrownBy(
            () -> lora(model, "1").train(toy.place("lora"), WorkerGroup.alone(), () -> false))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("text_encoder");
    assertThatThrownBy(
            () -> lora(model, "0").train(toy.place("lora"), WorkerGroup.alone(), () -> false))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("transformer contains no weights");
  }

  @Test
  void resolutionAndShiftAreThoseOfTheStartUnlessTheConfigSaysOtherwise() throws IOException {
    String cache = "data.cache=" + root.resolve("cache-unsaid"); // of the images
    String[] unsaid = {
      "start=" + root.resolve("base/model"),
      cache,
      "steps=1",
      "run.sample_every=0",
      "data.resolution=0",
      "flow.shift=0"
    };
    begun("teacher", toy.teacher(unsaid));

    String[] withPrior = Arrays.copyOf(unsaid, 8);
    withPrior[1] = "data.cache=" + root.resolve("cache-unsaid-reds");
    withPrior[6] = "prior.data.resolution=0";
    withPrior[7] = "prior." + cache;
    assertThat(begun("finetune", toy.lora(withPrior))).containsEntry("prior.data.resolution", "32");

    unsaid[5] = "flow.shift=2";
    toy.run("said", toy.teacher(unsaid), WorkerGroup.alone(), () -> true);
    assertThat(recipe("said")).containsEntry("flow.shift", "2.0");

    unsaid[1] = "data.cache=" + root.resolve("cache-of-captions");
    unsaid[5] = "flow.shift=0";
    begun("further", toy.base(unsaid));
  }

  private Map<String, String> begun(String folder, Trainer trainer) throws IOException {
    toy.run(folder, trainer, WorkerGroup.alone(), () -> true);
    assertThat(recipe(folder))
        .containsEntry("data.resolution", "32")
        .containsEntry("flow.shift", "1.0");
    return recipe(folder);
  }

  private static Map<String, String> recipe(String folder) throws IOException {
    return Recipe.values(Files.readString(root.resolve(folder).resolve("recipe.yaml")));
  }

  @Test
  void everyWorkerAndEveryBatchHasADropoutMaskOfItsOwn() {
    Set<Long> seeds = new HashSet<>();
    for (int rank = 0; rank < 4; rank++) {
      for (long batch = 0; batch < 100; batch++) {
        seeds.add(FinetuneTrainer.dropoutSeed(7, batch, rank));
      }
    }
    assertThat(seeds).hasSize(400);
  }

  @Test
  void oneWorkerDropsWhatItDidBeforeThereWereSeveral() {
    assertThat(FinetuneTrainer.dropoutSeed(7, 3, 0)).isEqualTo(Seeds.of(7, 3, "dropout"));
  }
}
