package dev.sana4j.train;

import dev.sana4j.data.LatentCache;
import dev.sana4j.hub.ModelFolder;
import dev.sana4j.nn.LowRank;
import dev.sana4j.nn.LowRankAdapters;
import dev.sana4j.pipeline.ModelConfig;
import dev.sana4j.recipe.Recipe;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.FinetuneRecipe.Lora;
import dev.sana4j.train.FinetuneRecipe.Prior;
import dev.sana4j.train.TrainingTask.Group;
import dev.sana4j.weights.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Fine-tunes a model, see {@link FinetuneRecipe}. */
public final class FinetuneTrainer implements Trainer {
  private static final String ADAPTERS = "pytorch_lora_weights.safetensors";

  private final FinetuneRecipe recipe;
  private final StartedModel start;

  /**
   * A training by a config.
   *
   * @param recipe what to do
   * @throws dev.sana4j.hub.ModelException if the model cannot be used
   * @throws TrainingException if it cannot be fine-tuned
   */
  public FinetuneTrainer(FinetuneRecipe recipe) {
    this.recipe = recipe;
    start = new StartedModel(ModelConfig.read(ModelFolder.open(recipe.start())));
    if (start.config().isSprint()) {
      throw new TrainingException(
          recipe.start()
              + " is a Sprint student, which flow matching would undo; fine-tune its teacher");
    }
  }

  @Override
  public void prepare(Place place) {
    start.prepare(recipe, recipe.data(), place);
    Prior prior = recipe.prior();
    if (prior != null) {
      PriorPictures.generate(start.config(), prior, recipe.run(), place);
      start.prepare(recipe, prior.data(), place);
    }
  }

  @Override
  public boolean train(Place place, WorkerGroup workers, BooleanSupplier stop) {
    DType dtype = recipe.run().precision().dtype();
    SanaTransformer network =
        SanaTransformer.open(recipe.start().resolve("transformer"), dtype, place.device());
    Lora lora = recipe.lora();
    if (lora == null) {
      return train(network, network.parameters(), null, place, workers, stop);
    }
    var settings = new LowRank.Settings(lora.rank(), lora.alpha(), lora.dropout());
    long seed = Seeds.of(recipe.run().seed(), 0, "lora");
    try (LowRankAdapters adapters =
        LowRankAdapters.create(network, lora.targets(), settings, seed)) {
      adapters.attach(network);
      return train(network, adapters.parameters(), adapters, place, workers, stop);
    } catch (IllegalArgumentException e) { // no such layers
      network.close();
      throw new TrainingException(String.valueOf(e.getMessage()), e);
    }
  }

  private boolean train(
      SanaTransformer network,
      List<Parameter> parameters,
      @Nullable LowRankAdapters adapters,
      Place place,
      WorkerGroup workers,
      BooleanSupplier stop) {
    try (Encoders encoders = start.encoders(recipe, place)) {
      List<FlowTask.Source> sources = new ArrayList<>();
      LatentCache cache = start.cache(recipe.data(), encoders);
      List<String> prompts = FlowPreparation.prompts(recipe.run(), cache);
      sources.add(source(cache, recipe.data(), prompts, encoders, 1));
      Prior prior = recipe.prior();
      if (prior != null) {
        LatentCache more = start.cache(prior.data(), encoders);
        sources.add(source(more, prior.data(), List.of(), encoders, prior.weight()));
      }
      var group = new Group("model", parameters, recipe.optimizer(), recipe.rate());
      FlowOutputs outputs =
          adapters == null
              ? start.outputs(recipe, prompts)
              : start.outputs(
                  recipe, prompts, (task, folder) -> writeAdapters(adapters, task, folder));
      try (FlowTask task =
          new FlowTask(
              start.setup(recipe, network, sources, workers, place),
              List.of(group),
              outputs,
              adapters == null ? FlowTask.Hooks.NONE : dropping(adapters))) {
        return FlowRun.run(recipe, Recipe.write(recipe), task, place, workers, stop);
      }
    }
  }

  private FlowTask.Source source(
      LatentCache cache, DataRecipe data, List<String> prompts, Encoders encoders, double weight) {
    return new FlowTask.Source(
        cache,
        FlowPreparation.frozenText(cache, recipe.start(), prompts, encoders),
        data.captions(),
        weight);
  }

  /** Dropout in training alone; the same mask when a block is computed again. */
  private FlowTask.Hooks dropping(LowRankAdapters adapters) {
    return new FlowTask.Hooks(
        0,
        name -> true,
        number -> adapters.dropInputs(Seeds.of(recipe.run().seed(), number, "dropout")),
        adapters::keepInputs);
  }

  private void writeAdapters(LowRankAdapters adapters, FlowTask task, Path folder) {
    adapters.save(folder.resolve(ADAPTERS));
    Lora lora = recipe.lora();
    if (lora != null && lora.merge()) {
      adapters.detach();
      adapters.merge(task.network(), 1);
      start.outputs(recipe, List.of()).write(task, folder);
    }
  }
}
