package dev.sana4j.train.autoencoder;

import dev.sana4j.data.Buckets;
import dev.sana4j.data.DataSet;
import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.objective.Discriminator;
import dev.sana4j.recipe.Recipe;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.Seeds;
import dev.sana4j.train.TrainingException;
import dev.sana4j.train.loop.AutoencoderFolder;
import dev.sana4j.train.loop.BatchParts;
import dev.sana4j.train.loop.Trainer;
import dev.sana4j.train.loop.TrainingLoop;
import dev.sana4j.train.loop.TrainingRun;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Trains an autoencoder, see {@link AutoencoderRecipe}. */
public final class AutoencoderTrainer implements Trainer {
  /** An autoencoder ignores captions, so that images need none. */
  private static final String UNUSED_CAPTION = "an image";

  private final AutoencoderRecipe recipe;
  private final @Nullable Path start;
  private final AutoencoderConfig config;
  private final Buckets buckets;

  /**
   * Creates a training from a config.
   *
   * @param recipe the config
   * @throws TrainingException if a folder has the wrong contents, or the images do not fit the
   *     autoencoder
   */
  public AutoencoderTrainer(AutoencoderRecipe recipe) {
    this.recipe = recipe;
    start = recipe.start() == null ? null : AutoencoderFolder.find(recipe.start());
    config = start == null ? recipe.network().config() : AutoencoderFolder.config(start);
    ImagesRecipe data = recipe.data();
    if (data.resolution() % config.compression() != 0) {
      throw new TrainingException(
          "resolution %d is not a multiple of the autoencoder's compression %d"
              .formatted(data.resolution(), config.compression()));
    }
    buckets = Buckets.of(data.resolution(), config.compression(), data.maxRatio());
  }

  @Override
  public void prepare(Place place) {
    DataSet data = DataSet.open(recipe.data().path(), UNUSED_CAPTION);
    place.listener().opened(recipe.data().path(), data);
  }

  @Override
  public boolean train(Place place, WorkerGroup workers, BooleanSupplier stop) {
    DType dtype = recipe.run().precision().dtype(place, workers);
    try (AutoencoderTask task = task(place, workers, dtype)) {
      var plan =
          new TrainingLoop.Plan(
              place.folder(), recipe.schedule().steps(), recipe.run(), dtype, Recipe.write(recipe));
      return TrainingRun.run(task, plan, place, workers, stop);
    }
  }

  private AutoencoderTask task(Place place, WorkerGroup workers, DType dtype) {
    DataSet data = DataSet.open(recipe.data().path(), UNUSED_CAPTION);
    long seed = recipe.run().seed();
    Autoencoder network = network(place, dtype);
    return new AutoencoderTask(
        new AutoencoderTask.Setup(
            network,
            recipe.adversarial().isOn() ? discriminator(place, dtype) : null,
            new TrainingImages(data, buckets, recipe.data().flip(), seed),
            recipe,
            dtype,
            BatchParts.lanes(recipe.run(), network.parameters(), place, workers),
            workers.rank(),
            workers.size(),
            place.device(),
            place.listener()));
  }

  private Autoencoder network(Place place, DType dtype) {
    if (start != null) {
      return Autoencoder.open(start, dtype, place.device());
    }
    try (RandomWeights random =
        new RandomWeights(Seeds.of(recipe.run().seed(), 0, "autoencoder"))) {
      return Weights.load(
          random, dtype, place.device(), weights -> new Autoencoder(weights, config));
    }
  }

  private Discriminator discriminator(Place place, DType dtype) {
    AdversarialRecipe sizes = recipe.adversarial();
    try (RandomWeights random =
        new RandomWeights(Seeds.of(recipe.run().seed(), 0, "discriminator"))) {
      return Weights.load(
          random,
          dtype,
          place.device(),
          weights -> new Discriminator(weights, sizes.width(), sizes.layers()));
    }
  }
}
