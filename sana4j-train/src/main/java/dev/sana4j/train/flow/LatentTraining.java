package dev.sana4j.train.flow;

import dev.sana4j.recipe.Recipe;
import dev.sana4j.tensor.DType;
import dev.sana4j.train.loop.RunRecipe;
import dev.sana4j.train.loop.Trainer;
import dev.sana4j.train.loop.TrainingLoop;
import dev.sana4j.train.optim.LearningRate;
import dev.sana4j.train.optim.OptimizerRecipe;
import dev.sana4j.train.optim.ScheduleRecipe;

/** Keys common to the configs of all trainings on cached latents; they are records. */
public interface LatentTraining {
  DataRecipe data();

  ScheduleRecipe schedule();

  OptimizerRecipe optimizer();

  RunRecipe run();

  default LearningRate rate() {
    return schedule().rate(optimizer());
  }

  /** How long the training runs, and where its checkpoints go. */
  default TrainingLoop.Plan plan(Trainer.Place place, DType dtype) {
    return new TrainingLoop.Plan(
        place.folder(), schedule().steps(), run(), dtype, Recipe.write((Record) this));
  }
}
