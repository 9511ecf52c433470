package dev.sana4j.train;

import dev.sana4j.data.DataSet;
import dev.sana4j.data.LatentCache;
import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.recipe.Recipe;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.text.Tokenizer;
import dev.sana4j.text.TokenizerTrainer;
import dev.sana4j.train.TrainingTask.Group;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Trains a base model, see {@link BaseRecipe}. */
public final class BaseTrainer implements Trainer {
  private final BaseRecipe recipe;
  private final Path autoencoder;

  /**
   * A training by a config.
   *
   * @param recipe what to do
   * @throws TrainingException if a folder it names is not what it should be
   */
  public BaseTrainer(BaseRecipe recipe) {
    this.recipe = recipe;
    autoencoder = FlowPreparation.autoencoder(recipe.autoencoder());
  }

  private Encoders encoders(Place place) {
    TextRecipe text = recipe.text();
    return new Encoders(
        autoencoder,
        text.model() == null
            ? null
            : new Encoders.Text(text.model(), text.instruction(), text.maxLength()),
        recipe.run().precision().dtype(),
        place.device());
  }

  private static Path tokenizerFolder(Place place) {
    return place.folder().resolve("tokenizer");
  }

  @Override
  public void prepare(Place place) {
    if (recipe.text().model() == null && !Files.exists(tokenizerFolder(place))) {
      DataSet data = DataSet.open(recipe.data().path());
      ModelFiles.replace(
          tokenizerFolder(place),
          folder ->
              TokenizerTrainer.train(
                  FlowPreparation.captions(data), recipe.text().vocabulary(), folder));
      place.listener().wrote(tokenizerFolder(place));
    }
    AutoencoderConfig config = FlowPreparation.autoencoderConfig(autoencoder);
    try (Encoders encoders = encoders(place)) {
      FlowPreparation.cache(
          recipe.data(),
          encoders,
          config.compression() * recipe.transformer().patch(),
          place.listener());
    }
  }

  @Override
  public boolean train(Place place, WorkerGroup workers, BooleanSupplier stop) {
    DType dtype = recipe.run().precision().dtype();
    try (FlowTask task = task(place, workers, dtype)) {
      return FlowRun.run(recipe, Recipe.write(recipe), task, place, workers, stop);
    }
  }

  private FlowTask task(Place place, WorkerGroup workers, DType dtype) {
    try (Encoders encoders = encoders(place)) {
      LatentCache cache = LatentCache.open(recipe.data().cache(), encoders.fingerprint());
      List<String> prompts = FlowPreparation.prompts(recipe.run(), cache);
      TextSource text = text(place, cache, prompts, encoders, dtype);
      SanaTransformer network = network(cache, text, place, dtype);
      List<Parameter> parameters = new ArrayList<>(network.parameters());
      parameters.addAll(text.parameters());
      var setup =
          new FlowTask.Setup(
              network,
              List.of(new FlowTask.Source(cache, text, recipe.data().captions(), 1)),
              recipe.flow(),
              recipe.batch(),
              recipe.run().seed(),
              recipe.run().gradientCheckpointing(),
              workers.rank(),
              workers.size(),
              place.device());
      var group = new Group("model", parameters, recipe.optimizer(), recipe.rate());
      return new FlowTask(setup, List.of(group), outputs(prompts));
    }
  }

  private TextSource text(
      Place place, LatentCache cache, List<String> prompts, Encoders encoders, DType dtype) {
    Path model = recipe.text().model();
    if (model != null) {
      return FlowPreparation.frozenText(cache, model, prompts, encoders);
    }
    Path folder = tokenizerFolder(place);
    Tokenizer tokenizer = Tokenizer.load(folder.resolve("tokenizer.json"));
    GemmaConfig config = recipe.text().config();
    try (FreshWeights random =
        FreshWeights.ofTextEncoder(Seeds.of(recipe.run().seed(), 0, "text encoder"))) {
      GemmaEncoder encoder =
          Weights.load(random, dtype, place.device(), weights -> new GemmaEncoder(weights, config));
      return new TrainedText(
          cache, encoder, tokenizer, folder, recipe.text().maxLength(), place.device());
    }
  }

  private SanaTransformer network(LatentCache cache, TextSource text, Place place, DType dtype) {
    Path start = recipe.start();
    if (start != null) {
      return SanaTransformer.open(start.resolve("transformer"), dtype, place.device());
    }
    AutoencoderConfig latents = FlowPreparation.autoencoderConfig(autoencoder);
    int textWidth = text.parameters().isEmpty() ? cache.textWidth() : recipe.text().width();
    SanaConfig config =
        recipe
            .transformer()
            .config(
                latents.latentChannels(),
                textWidth,
                recipe.data().resolution() / latents.compression());
    try (FreshWeights random =
        FreshWeights.ofTransformer(Seeds.of(recipe.run().seed(), 0, "transformer"))) {
      return Weights.load(
          random, dtype, place.device(), weights -> new SanaTransformer(weights, config));
    }
  }

  private FlowOutputs outputs(List<String> prompts) {
    boolean instruction = recipe.text().model() != null && recipe.text().instruction();
    return new FlowOutputs(
        new FlowOutputs.Settings(
            autoencoder,
            recipe.run(),
            prompts,
            recipe.flow().shift(),
            recipe.data().resolution(),
            (task, folder) -> {
              ModelFiles.writeIndex(folder, recipe.flow().shift(), instruction);
              ModelFiles.writeTransformer(folder, task.network());
              task.text().write(folder);
              ModelFiles.copy(autoencoder, folder.resolve("vae"));
            }));
  }
}
