package dev.sana4j.train.flow;

import dev.sana4j.data.LatentCache;
import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.sana.TransformerConfig;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.Seeds;
import dev.sana4j.train.TrainingException;
import dev.sana4j.train.loop.AutoencoderFolder;
import dev.sana4j.train.loop.FreshWeights;
import dev.sana4j.train.loop.SamplePrompts;
import dev.sana4j.train.loop.Trainer;
import dev.sana4j.train.loop.TrainingRun;
import dev.sana4j.train.loop.TrainingTask.Group;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Trains a base model, see {@link BaseRecipe}. */
public final class BaseTrainer implements Trainer {
  /** The resolution at which SANA's training starts. */
  private static final int RESOLUTION = 512;

  private final BaseRecipe recipe;
  private final Path autoencoder;

  /**
   * Creates a training from a config.
   *
   * @param recipe the config
   * @throws TrainingException if a folder has the wrong contents
   */
  public BaseTrainer(BaseRecipe recipe) {
    this.recipe = withDefaults(recipe);
    autoencoder = AutoencoderFolder.find(recipe.autoencoder());
  }

  private static BaseRecipe withDefaults(BaseRecipe recipe) {
    boolean isSettled = recipe.data().resolution() > 0 && recipe.flow().shift() > 0;
    if (recipe.start() == null || isSettled || !hasTransformer(recipe.start())) {
      return FlowTraining.withDefaults(recipe, RESOLUTION, FlowRecipe.PUBLIC_SHIFT);
    }
    var start = new SourceModel(ModelConfig.read(ModelFolder.open(recipe.start())));
    return FlowTraining.withDefaults(recipe, start.resolution(), start.shift());
  }

  /** Returns whether a model has a transformer; that of a text training has only its encoder. */
  private static boolean hasTransformer(Path model) {
    return Files.exists(model.resolve("transformer/config.json"));
  }

  private Encoders encoders(DType dtype, Place place) {
    TextRecipe text = recipe.text();
    return new Encoders(
        autoencoder,
        text.model() == null
            ? null
            : new Encoders.Text(text.model(), text.instruction(), text.maxLength()),
        dtype,
        place.device());
  }

  @Override
  public void prepare(Place place) {
    int patch = transformerConfig().patchSize();
    if (recipe.text().model() == null) {
      TokenizerFolder.of(place)
          .make(recipe.start(), recipe.data()::open, recipe.text().vocabulary(), place);
    }
    AutoencoderConfig config = AutoencoderFolder.config(autoencoder);
    try (Encoders encoders = encoders(recipe.run().precision().dtype(place), place)) {
      LatentCaching.cache(
          recipe.data(),
          recipe.data().cache(place, SourceModel.CACHE),
          encoders,
          config.compression() * patch,
          place.listener());
    }
  }

  /**
   * Returns the config of the start or a new one. It reads only config files, so that problems are
   * found early.
   */
  private SanaConfig transformerConfig() {
    AutoencoderConfig latents = AutoencoderFolder.config(autoencoder);
    int textWidth = textConfig().width();
    Path start = recipe.start();
    if (start == null || !hasTransformer(start)) {
      int side = recipe.data().resolution() / latents.compression();
      return recipe.transformer().config(latents.latentChannels(), textWidth, side);
    }
    SanaConfig config = TransformerConfig.open(start.resolve("transformer")).network();
    requireFit(start, config, latents.latentChannels(), textWidth);
    return config;
  }

  private GemmaConfig textConfig() {
    Path frozen = recipe.text().model();
    Path model = frozen == null ? recipe.start() : frozen;
    if (model == null) {
      return recipe.text().config();
    }
    Path config = model.resolve("text_encoder/config.json");
    if (frozen == null && !TokenizerFolder.hasEncoder(model)) {
      throw new TrainingException(
          model + " has no text_encoder/ and tokenizer/ to start from; name a model in text.model");
    }
    return GemmaConfig.read(ConfigFile.read(config));
  }

  private static void requireFit(Path start, SanaConfig config, int latentChannels, int textWidth) {
    if (config.guidanceEmbedding()
        || config.inChannels() != latentChannels
        || config.captionChannels() != textWidth) {
      throw new TrainingException(
          ("%s has a transformer for %d latent channels and text of width %d, guidance inside: %s;"
                  + " needed are %d, %d, false")
              .formatted(
                  start,
                  config.inChannels(),
                  config.captionChannels(),
                  config.guidanceEmbedding(),
                  latentChannels,
                  textWidth));
    }
  }

  @Override
  public boolean train(Place place, WorkerGroup workers, BooleanSupplier stop) {
    DType dtype = recipe.run().precision().dtype(place, workers);
    try (FlowSource source = source(place, workers, dtype);
        SanaTransformer network = network(place, dtype)) {
      List<Parameter> parameters = new ArrayList<>(network.parameters());
      parameters.addAll(source.text().parameters());
      FlowTask task =
          new FlowTask(
              FlowTask.Setup.of(recipe, network, List.of(source), workers, place),
              recipe.flow(),
              List.of(new Group("model", true, parameters, recipe.optimizer(), recipe.rate())),
              outputs(source),
              FlowTask.Hooks.NONE);
      return TrainingRun.run(task, recipe.plan(place, dtype), place, workers, stop);
    }
  }

  private FlowSource source(Place place, WorkerGroup workers, DType dtype) {
    Path model = recipe.text().model();
    try (Encoders encoders = encoders(dtype, place)) {
      return FlowSource.open(
          recipe.data(),
          recipe.data().cache(place, SourceModel.CACHE),
          1,
          encoders,
          cache -> {
            if (model == null) {
              return trainedText(place, cache, dtype);
            }
            List<String> shown = SamplePrompts.texts(recipe.run(), cache, workers.rank());
            return new CachedText(cache, model, shown, encoders::embedding);
          });
    }
  }

  private TrainedText trainedText(Place place, LatentCache cache, DType dtype) {
    TokenizerFolder folder = TokenizerFolder.of(place);
    var tokenizer = folder.load(); // before the weights, which nobody would close if it failed
    return new TrainedText(
        cache,
        textEncoder(place, dtype),
        tokenizer,
        folder.path(),
        recipe.text().maxLength(),
        place.device());
  }

  /** Returns the text encoder to train: that of the start, or a new one. */
  private GemmaEncoder textEncoder(Place place, DType dtype) {
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

  private SanaTransformer network(Place place, DType dtype) {
    SanaConfig config = transformerConfig();
    Path start = recipe.start();
    if (start != null && hasTransformer(start)) {
      return SanaTransformer.open(start.resolve("transformer"), dtype, place.device());
    }
    try (FreshWeights random =
        FreshWeights.ofTransformer(Seeds.of(recipe.run().seed(), 0, "transformer"))) {
      return Weights.load(
          random, dtype, place.device(), weights -> new SanaTransformer(weights, config));
    }
  }

  private FlowOutputs outputs(FlowSource source) {
    boolean instruction = recipe.text().model() != null && recipe.text().instruction();
    return FlowOutputs.model(recipe, autoencoder, source, instruction);
  }
}
