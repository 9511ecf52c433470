package dev.sana4j.train.text;

import dev.sana4j.data.DataSet;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.Seeds;
import dev.sana4j.train.TrainingException;
import dev.sana4j.train.flow.TokenizerFolder;
import dev.sana4j.train.loop.BatchParts;
import dev.sana4j.train.loop.FreshWeights;
import dev.sana4j.train.loop.Trainer;
import dev.sana4j.train.loop.TrainingRun;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** Trains a text encoder on captions, see {@link TextTrainingRecipe}. */
public final class TextTrainer implements Trainer {
  private final TextTrainingRecipe recipe;

  /**
   * Creates a training from a config.
   *
   * @param recipe the config
   * @throws TrainingException if the start has no text encoder
   */
  public TextTrainer(TextTrainingRecipe recipe) {
    this.recipe = recipe;
    Path start = recipe.start();
    if (start != null && !TokenizerFolder.hasEncoder(start)) {
      throw new TrainingException(start + " has no text_encoder/ and tokenizer/ to start from");
    }
  }

  @Override
  public void prepare(Place place) {
    DataSet data = recipe.data().open();
    place.listener().opened(recipe.data().path(), data);
    TokenizerFolder.of(place).make(recipe.start(), () -> data, recipe.text().vocabulary(), place);
  }

  @Override
  public boolean train(Place place, WorkerGroup workers, BooleanSupplier stop) {
    DType dtype = recipe.run().precision().dtype(place, workers);
    try (TextTask task = task(place, workers, dtype)) {
      return TrainingRun.run(task, recipe.plan(place, dtype), place, workers, stop);
    }
  }

  private TextTask task(Place place, WorkerGroup workers, DType dtype) {
    GemmaEncoder encoder = encoder(place, dtype);
    try {
      return new TextTask(
          new TextTask.Setup(
              encoder,
              TokenizerFolder.of(place),
              recipe.data().open(),
              recipe,
              BatchParts.lanes(recipe.run(), encoder.parameters(), place, workers),
              workers.rank(),
              workers.size(),
              place.device()));
    } catch (RuntimeException | Error e) {
      encoder.close();
      throw e;
    }
  }

  private GemmaEncoder encoder(Place place, DType dtype) {
    Path start = recipe.start();
    if (start != null) {
      return GemmaEncoder.open(start.resolve("text_encoder"), dtype, place.device());
    }
    GemmaConfig config = recipe.text().config();
    try (FreshWeights random =
        FreshWeights.ofTextEncoder(Seeds.of(recipe.run().seed(), 0, "text encoder"))) {
      return Weights.load(
          random, dtype, place.device(), weights -> new GemmaEncoder(weights, config));
    }
  }
}
