package dev.sana4j.train.flow;

import dev.sana4j.train.loop.RunRecipe;
import dev.sana4j.train.optim.LearningRate;
import dev.sana4j.train.optim.OptimizerRecipe;

/** What the configs of all trainings on cached latents have. */
public interface LatentTraining {
  DataRecipe data();

  double learningRate();

  int warmUp();

  int steps();

  int batch();

  OptimizerRecipe optimizer();

  RunRecipe run();

  default LearningRate rate() {
    return optimizer().rate(learningRate(), warmUp(), steps());
  }
}
