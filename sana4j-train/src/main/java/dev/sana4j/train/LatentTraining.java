package dev.sana4j.train;

/** What the configs of all trainings on cached latents have. */
interface LatentTraining {
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
