package dev.sana4j.train.flow;

import dev.sana4j.recipe.Recipe;

/** What the configs of all trainings by flow matching have. */
interface FlowTraining extends LatentTraining {
  FlowRecipe flow();

  /** A config with values for what is left to the model it starts from. */
  static <R extends Record & FlowTraining> R withDefaults(R recipe, int resolution, double shift) {
    return Recipe.with(
        recipe, recipe.data().withDefaults(resolution), recipe.flow().withDefaults(shift));
  }
}
