package dev.sana4j.train.flow;

import dev.sana4j.folder.ModelFolder;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.Seeds;
import dev.sana4j.train.TrainingException;
import dev.sana4j.train.loop.Trainer;
import dev.sana4j.train.loop.TrainingRun;
import dev.sana4j.train.loop.TrainingTask.Group;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** Converts a base model to a teacher, see {@link TeacherRecipe}. */
public final class TeacherTrainer implements Trainer {
  private static final int EVALUATED = 16;

  private final TeacherRecipe recipe;
  private final SourceModel start;

  /**
   * Creates a training from a config.
   *
   * @param recipe the config
   * @throws dev.sana4j.folder.ModelException if the base model cannot be used
   */
  public TeacherTrainer(TeacherRecipe recipe) {
    start = new SourceModel(ModelConfig.read(ModelFolder.open(recipe.start())));
    this.recipe = FlowTraining.withDefaults(recipe, start.resolution(), start.shift());
    if (start.config().isSprint()) {
      throw new TrainingException(recipe.start() + " is a Sprint student; name a base model");
    }
  }

  @Override
  public void prepare(Place place) {
    start.prepare(recipe, place);
  }

  @Override
  public boolean train(Place place, WorkerGroup workers, BooleanSupplier stop) {
    boolean begins = workers.rank() == 0 && Trainer.lastCheckpoint(place.folder()).isEmpty();
    DType dtype = recipe.run().precision().dtype(place, workers);
    try (FlowSource source = start.source(recipe, dtype, place, workers);
        SanaTransformer teacher = convert(source, place, dtype, begins)) {
      var group = new Group("model", true, teacher.parameters(), recipe.optimizer(), recipe.rate());
      FlowTask task = task(teacher, source, List.of(group), workers, place);
      note(place, begins, "loss right after the conversion", task);
      boolean done = TrainingRun.run(task, recipe.plan(place, dtype), place, workers, stop);
      note(place, done && workers.rank() == 0, "loss after the training", task);
      return done;
    }
  }

  private FlowTask task(
      SanaTransformer network,
      FlowSource source,
      List<Group> groups,
      WorkerGroup workers,
      Place place) {
    return new FlowTask(
        FlowTask.Setup.of(recipe, network, List.of(source), workers, place),
        recipe.flow(),
        groups,
        start.outputs(recipe, source),
        FlowTask.Hooks.prelude(
            (long) recipe.conversion().embeddingOnlySteps() * recipe.run().accumulate(),
            TeacherConversion::isNew));
  }

  /** Each worker measures the same images, independently of the others. */
  private SanaTransformer convert(FlowSource source, Place place, DType dtype, boolean begins) {
    try (SanaTransformer base =
        SanaTransformer.open(recipe.start().resolve("transformer"), dtype, place.device())) {
      FlowTask task = task(base, source, List.of(), WorkerGroup.alone(), place);
      note(place, begins, "loss before the conversion", task);
      return TeacherConversion.convert(
          base,
          recipe.conversion().initial(),
          () -> task.evaluate(recipe.conversion().calibrationBatches()),
          Seeds.of(recipe.run().seed(), 0, "teacher"),
          dtype);
    }
  }

  /** On batches that are the same every time. */
  private static void note(Place place, boolean wanted, String what, FlowTask task) {
    if (wanted) {
      double loss = task.evaluate(EVALUATED);
      place.listener().note(String.format(Locale.ROOT, "%s: %.5f", what, loss));
    }
  }
}
