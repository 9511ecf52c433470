package dev.sana4j.train;

/** What the configs of all trainings by flow matching have. */
interface FlowTraining {
  DataRecipe data();

  FlowRecipe flow();

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
