package dev.sana4j.train.optim;

import dev.sana4j.train.NumberCheck;

/**
 * Steps, batch size and learning rate of a training. Each config documents the keys itself, see
 * {@link dev.sana4j.recipe.Inline}.
 *
 * @param learningRate after the warm-up
 * @param warmUp steps over which learning rates rise from 0
 * @param steps of the optimizers
 * @param batch images per batch and worker
 */
public record ScheduleRecipe(double learningRate, int warmUp, int steps, int batch) {

  /** Checks the numbers. */
  public ScheduleRecipe {
    NumberCheck.positive("learning_rate", learningRate);
    NumberCheck.atLeast("warm_up", warmUp, 0);
    NumberCheck.atLeast("steps", steps, 1);
    NumberCheck.atLeast("batch", batch, 1);
  }

  /** The learning rate by step. */
  public LearningRate rate(OptimizerRecipe optimizer) {
    return rate(optimizer, learningRate);
  }

  /** The same for another peak, as a discriminator has. */
  public LearningRate rate(OptimizerRecipe optimizer, double peak) {
    return optimizer.rate(peak, warmUp, steps);
  }
}
