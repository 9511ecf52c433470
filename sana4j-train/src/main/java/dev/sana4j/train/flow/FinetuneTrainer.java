package dev.sana4j.train.flow;

import dev.sana4j.nn.LowRank;
import dev.sana4j.nn.LowRankAdapters;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.Seeds;
import dev.sana4j.train.TrainingException;
import dev.sana4j.train.flow.FinetuneRecipe.Lora;
import dev.sana4j.train.flow.FinetuneRecipe.Prior;
import dev.sana4j.train.loop.Trainer;
import dev.sana4j.train.loop.TrainingRun;
import dev.sana4j.train.loop.TrainingTask.Group;
import dev.sana4j.weights.Parameter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Fine-tunes a model, see {@link FinetuneRecipe}. */
public final class FinetuneTrainer implements Trainer {
  private static final String ADAPTERS = "pytorch_lora_weights.safetensors";

  private final FinetuneRecipe recipe;
  private final SourceModel start;

  /**
   * Creates a training from a config.
   *
   * @param recipe the config
   * @throws dev.sana4j.folder.ModelException if the model cannot be used
   * @throws TrainingException if it cannot be fine-tuned
   */
  public FinetuneTrainer(FinetuneRecipe recipe) {
    Path folder = recipe.start();
    if (folder == null) {
      throw new TrainingException("name a model folder with start");
    }
    start = SourceModel.open(folder, recipe.timestepScale());
    this.recipe = recipe.withDefaults(start.resolution(), start.shift());
    if (start.config().isSprint()) {
      throw new TrainingException(
          folder + " is a Sprint student, which fine-tuning would damage; fine-tune its teacher");
    }
  }

  @Override
  public void prepare(Place place) {
    Lora lora = recipe.lora();
    if (lora != null) {
      LowRankAdapters.targeted(start.linears(), lora.targets());
    }
    start.prepare(recipe, place);
    Prior prior = recipe.prior();
    if (prior != null) {
      PriorImages.generate(start.config(), prior, recipe.run(), place);
      start.prepareFurther(recipe, prior.data(), place);
    }
  }

  @Override
  public boolean train(Place place, WorkerGroup workers, BooleanSupplier stop) {
    DType dtype = recipe.run().precision().dtype(place, workers);
    try (FlowSource source = start.source(recipe, dtype, place, workers);
        FlowSource prior = prior(dtype, place);
        SanaTransformer network = start.transformer(dtype, place.device());
        LowRankAdapters adapters = adapters(network)) {
      List<FlowSource> sources = prior == null ? List.of(source) : List.of(source, prior);
      FlowTask task =
          new FlowTask(
              setup(network, sources, workers, place),
              recipe.flow(),
              List.of(group(network, adapters)),
              outputs(source, adapters),
              adapters == null ? FlowTask.Hooks.NONE : dropping(adapters, workers.rank()));
      return TrainingRun.run(task, recipe.plan(place, dtype), place, workers, stop);
    }
  }

  /**
   * Returns the set-up. With dropout a batch has one part, because dropout draws one mask per
   * batch, which several parts would share.
   */
  private FlowTask.Setup setup(
      SanaTransformer network, List<FlowSource> sources, WorkerGroup workers, Place place) {
    var setup = FlowTask.Setup.of(recipe, network, sources, workers, place);
    Lora lora = recipe.lora();
    return lora != null && lora.dropout() > 0 ? setup.undivided() : setup;
  }

  private @Nullable LowRankAdapters adapters(SanaTransformer network) {
    Lora lora = recipe.lora();
    if (lora == null) {
      return null;
    }
    var settings = new LowRank.Settings(lora.rank(), lora.alpha(), lora.dropout());
    long seed = Seeds.of(recipe.run().seed(), 0, "lora");
    LowRankAdapters adapters = LowRankAdapters.create(network, lora.targets(), settings, seed);
    adapters.attach(network);
    return adapters;
  }

  private @Nullable FlowSource prior(DType dtype, Place place) {
    Prior prior = recipe.prior();
    return prior == null ? null : start.further(prior.data(), prior.weight(), dtype, place);
  }

  private Group group(SanaTransformer network, @Nullable LowRankAdapters adapters) {
    List<Parameter> parameters = adapters == null ? network.parameters() : adapters.parameters();
    return new Group("model", true, parameters, recipe.optimizer(), recipe.rate());
  }

  private FlowOutputs outputs(FlowSource source, @Nullable LowRankAdapters adapters) {
    FlowOutputs whole = start.outputs(recipe, source);
    return adapters == null
        ? whole
        : new FlowOutputs(
            recipe,
            start.autoencoder(),
            source,
            (task, folder) -> write(adapters, whole, task, folder));
  }

  /**
   * Returns hooks that apply dropout only in training, with the same mask when a block is
   * recomputed.
   */
  private FlowTask.Hooks dropping(LowRankAdapters adapters, int rank) {
    return new FlowTask.Hooks(
        0,
        name -> true,
        number -> adapters.dropInputs(dropoutSeed(recipe.run().seed(), number, rank)),
        adapters::keepInputs);
  }

  /** Returns the seed of a mask; each worker has a separate mask for its share of a batch. */
  static long dropoutSeed(long seed, long number, int rank) {
    return Seeds.of(seed, number, rank == 0 ? "dropout" : "dropout of worker " + rank);
  }

  private void write(LowRankAdapters adapters, FlowOutputs whole, FlowTask task, Path folder) {
    adapters.save(folder.resolve(ADAPTERS));
    Lora lora = recipe.lora();
    if (lora != null && lora.merge()) {
      adapters.detach();
      adapters.merge(task.network(), 1);
      whole.writer().write(task, folder);
    }
  }
}
