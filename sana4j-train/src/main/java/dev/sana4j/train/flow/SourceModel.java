package dev.sana4j.train.flow;

import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.SamplerConfig.Dpm;
import dev.sana4j.pipeline.model.SamplerConfig.Euler;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.text.PromptTokenizer;
import dev.sana4j.train.loop.SamplePrompts;
import dev.sana4j.train.loop.Trainer.Place;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.Storage;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The model folder a training starts from, and the parts it keeps. */
public record SourceModel(ModelConfig config) {
  static final String CACHE = "cache";

  private static final String FURTHER_CACHE = "prior-cache";
  private static final String WEIGHT = ".weight";

  /**
   * Opens a model folder.
   *
   * @param folder the model
   * @param timestepScale its timestep scale, or null for that of its config
   */
  public static SourceModel open(Path folder, @Nullable Double timestepScale) {
    ModelConfig config = ModelConfig.read(ModelFolder.open(folder));
    return new SourceModel(
        timestepScale == null ? config : config.withTimestepScale(timestepScale));
  }

  /** Opens the transformer for training. */
  public SanaTransformer transformer(DType dtype, Device device) {
    return SanaTransformer.open(
        config.folder().path(Part.TRANSFORMER),
        config.transformer(),
        dtype,
        device,
        Storage.CONVERTED);
  }

  public Path folder() {
    return config.folder().root();
  }

  public int resolution() {
    return config.nativeResolution();
  }

  /** Returns the shift of its sampler. */
  double shift() {
    if (config.sampler() instanceof Dpm dpm) {
      return dpm.shift();
    }
    return config.sampler() instanceof Euler euler ? euler.shift() : FlowRecipe.PUBLIC_SHIFT;
  }

  public Path autoencoder() {
    return config.folder().path(Part.VAE);
  }

  private Encoders encoders(DType dtype, Place place) {
    return new Encoders(
        autoencoder(),
        new Encoders.Text(folder(), config.instruction(), PromptTokenizer.DEFAULT_MAX_LENGTH),
        dtype,
        place.device());
  }

  /**
   * Returns the paths of the transformer's linear layers and 1x1 convolutions; reads only the
   * headers of its files.
   */
  Set<String> linears() {
    Path folder = config.folder().path(Part.TRANSFORMER);
    Path file = Checkpoint.find(folder, "diffusion_pytorch_model", DType.FLOAT32);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      return TensorScope.<Set<String>>compute(
          () ->
              checkpoint.names().stream()
                  .filter(name -> name.endsWith(WEIGHT) && isAffineMap(checkpoint.tensor(name)))
                  .map(name -> name.substring(0, name.length() - WEIGHT.length()))
                  .collect(Collectors.toSet()));
    }
  }

  private static boolean isAffineMap(Tensor weight) {
    return weight.rank() == 2 || (weight.rank() == 4 && weight.size(2) == 1 && weight.size(3) == 1);
  }

  public void prepare(LatentTraining recipe, Place place) {
    config.notes().forEach(place.listener()::note);
    prepare(recipe, recipe.data(), recipe.data().cache(place, CACHE), place);
  }

  /** Caches additional training images. */
  void prepareFurther(LatentTraining recipe, DataRecipe data, Place place) {
    prepare(recipe, data, data.cache(place, FURTHER_CACHE), place);
  }

  private void prepare(LatentTraining recipe, DataRecipe data, Path cache, Place place) {
    try (Encoders encoders = encoders(recipe.run().precision().dtype(place), place)) {
      LatentCaching.cache(data, cache, encoders, config.sizeStep(), place.listener());
    }
  }

  /**
   * Returns the images of the training, with embeddings of their captions and of the prompts of
   * sample grids.
   */
  public FlowSource source(LatentTraining recipe, DType dtype, Place place, WorkerGroup workers) {
    try (Encoders encoders = encoders(dtype, place)) {
      return FlowSource.open(
          recipe.data(),
          recipe.data().cache(place, CACHE),
          1,
          encoders,
          cache -> {
            List<String> shown = SamplePrompts.texts(recipe.run(), cache, workers.rank());
            return new CachedText(cache, folder(), shown, encoders::embedding);
          });
    }
  }

  /** Returns additional training images, without sample grids. */
  FlowSource further(DataRecipe data, double weight, DType dtype, Place place) {
    try (Encoders encoders = encoders(dtype, place)) {
      return FlowSource.open(
          data,
          data.cache(place, FURTHER_CACHE),
          weight,
          encoders,
          cache -> new CachedText(cache, folder(), List.of(), encoders::embedding));
    }
  }

  /** Returns outputs with a whole model: the trained transformer and unchanged other parts. */
  FlowOutputs outputs(FlowTraining recipe, FlowSource source) {
    return FlowOutputs.model(recipe, autoencoder(), source, config.instruction());
  }
}
