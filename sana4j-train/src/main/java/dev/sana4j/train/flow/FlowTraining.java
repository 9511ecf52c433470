package dev.sana4j.train.flow;

import dev.sana4j.recipe.Recipe;

/** Keys common to the configs of all flow-matching trainings. */
interface FlowTraining extends LatentTraining {
  FlowRecipe flow();

  /** Returns the config with the values that come from the start model filled in. */
  static <R extends Record & FlowTraining> R withDefaults(R recipe, int resolution, double shift) {
    return Recipe.with(
        recipe, recipe.data().withDefaults(resolution), recipe.flow().withDefaults(shift));
  }
}
