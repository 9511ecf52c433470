package dev.sana4j.train.flow;

/** What the configs of all trainings by flow matching have. */
interface FlowTraining extends LatentTraining {
  FlowRecipe flow();
}
