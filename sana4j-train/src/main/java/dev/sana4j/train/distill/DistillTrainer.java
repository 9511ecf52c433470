package dev.sana4j.train.distill;

import dev.sana4j.nn.Linear;
import dev.sana4j.objective.LatentDiscriminator;
import dev.sana4j.objective.TrigFlowModel;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.Seeds;
import dev.sana4j.train.TrainingException;
import dev.sana4j.train.flow.FlowSource;
import dev.sana4j.train.flow.FlowTask;
import dev.sana4j.train.flow.SourceModel;
import dev.sana4j.train.loop.FreshWeights;
import dev.sana4j.train.loop.SamplePrompts;
import dev.sana4j.train.loop.Trainer;
import dev.sana4j.train.loop.TrainingRun;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Distills a teacher to a student of few steps, see {@link DistillRecipe}. */
public final class DistillTrainer implements Trainer {
  private static final double DENSE = 0.001;

  private final DistillRecipe recipe;
  private final SourceModel start;

  /**
   * Creates a training from a config.
   *
   * @param recipe the config
   * @throws dev.sana4j.folder.ModelException if the teacher cannot be used
   * @throws TrainingException if it is not a teacher
   */
  public DistillTrainer(DistillRecipe recipe) {
    Path folder = recipe.start();
    if (folder == null) {
      throw new TrainingException("name the teacher's model folder with start");
    }
    start = SourceModel.open(folder, recipe.timestepScale());
    this.recipe = recipe.withDefaults(start.resolution());
    SanaConfig teacher = start.config().transformer();
    require(!start.config().isSprint(), "is already a Sprint student");
    require(
        teacher.timestepScale() == DENSE,
        "embeds times of 0..1000 instead of 0..1: convert it to a teacher, or set timestep_scale if"
            + " its config lacks it");
    require(teacher.qkNorm(), "does not normalize queries and keys: convert it to a teacher");
    require(
        teacher.outChannels() == teacher.inChannels(),
        "predicts a variance in addition to the velocity");
    if (recipe.isAdversarial()) {
      var unused = recipe.adversarial().blocks(teacher.layers());
    }
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new TrainingException(
          start.folder() + " " + otherwise + " (sana train teacher makes one)");
    }
  }

  @Override
  public void prepare(Place place) {
    start.prepare(recipe, place);
  }

  @Override
  public boolean train(Place place, WorkerGroup workers, BooleanSupplier stop) {
    DType dtype = recipe.run().precision().dtype(place, workers);
    try (FlowSource source = start.source(recipe, dtype, place, workers);
        SanaTransformer teacher = start.transformer(dtype, place.device());
        SanaTransformer student = StudentConversion.convert(teacher, seed("student"), dtype);
        Linear logVariance = logVariance(student, dtype, place);
        LatentDiscriminator heads = heads(teacher)) {
      DistillTask task =
          new DistillTask(
              FlowTask.Setup.of(recipe, student, List.of(source), workers, place),
              recipe,
              new DistillTask.Networks(
                  new TrigFlowModel(teacher), new TrigFlowModel(student), logVariance, heads),
              new SprintOutputs(start, recipe, SamplePrompts.of(recipe.run(), source.cache())));
      return TrainingRun.run(task, recipe.plan(place, dtype), place, workers, stop);
    }
  }

  private long seed(String what) {
    return Seeds.of(recipe.run().seed(), 0, what);
  }

  private Linear logVariance(SanaTransformer student, DType dtype, Place place) {
    try (FreshWeights fresh = FreshWeights.ofLogVariance(seed("log variance"))) {
      return Weights.load(
          fresh,
          dtype,
          place.device(),
          weights -> Linear.load(weights.at("logvar_linear"), student.config().width(), 1));
    }
  }

  private @Nullable LatentDiscriminator heads(SanaTransformer teacher) {
    if (!recipe.isAdversarial()) {
      return null;
    }
    List<Integer> blocks = recipe.adversarial().blocks(teacher.config().layers());
    return LatentDiscriminator.create(seed("heads"), teacher, blocks);
  }
}
