package dev.sana4j.train.distill;

import dev.sana4j.recipe.Inline;
import dev.sana4j.recipe.Key;
import dev.sana4j.recipe.Recipe;
import dev.sana4j.train.flow.DataRecipe;
import dev.sana4j.train.flow.LatentTraining;
import dev.sana4j.train.loop.RunRecipe;
import dev.sana4j.train.optim.OptimizerRecipe;
import dev.sana4j.train.optim.ScheduleRecipe;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code sana distill}: from a teacher to a student of one to four steps.
 *
 * @param start the teacher, or null for the default of the command line
 * @param timestepScale timestep scale of the start model, or null for that of its config
 * @param data captioned images
 * @param consistency the first loss
 * @param adversarial the second loss
 * @param guidance guidance scales that the student learns
 * @param schedule steps, batch size and learning rate
 * @param optimizer the optimizers
 * @param run run settings
 */
public record DistillRecipe(
    @Key(
            doc =
                "Model folder of the teacher (dense timestep embedding, query and key "
                    + "norms); default: the bundled teacher.",
            model = true)
        @Nullable Path start,
    @Key(
            doc =
                "Timestep scale of a teacher whose config lacks it, above 0 and at most 1, such as"
                    + " 0.001; default: that of the model.")
        @Nullable Double timestepScale,
    @Key(doc = "Captioned images.") DataRecipe data,
    @Key(doc = "The continuous-time consistency loss (sCM).") ConsistencyRecipe consistency,
    @Key(doc = "The latent adversarial loss (LADD).") LatentAdversarialRecipe adversarial,
    @Key(
            doc =
                "Guidance scales of the teacher that the student learns, each from 1 to 100; one is"
                    + " drawn per image.",
            value = "[4, 4.5, 5]")
        List<Double> guidance,
    @Inline({
          @Key(doc = "Learning rate of the student after the warm-up.", value = "2e-6"),
          @Key(doc = "Warm-up: steps over which the learning rates rise from 0.", value = "5000"),
          @Key(
              doc =
                  "Number of optimizer steps. With the adversarial loss, every second step "
                      + "trains the discriminator.",
              value = "40000"),
          @Key(doc = "Batch size per worker; SANA-Sprint used 512 per step.", value = "16")
        })
        ScheduleRecipe schedule,
    @Key(doc = "The optimizers.") OptimizerRecipe optimizer,
    @Key(doc = "Seeds, precision, checkpoints and samples.") RunRecipe run)
    implements LatentTraining {

  /** Standard deviation of latents in TrigFlow, as in all public models. */
  static final double SIGMA_DATA = 0.5;

  /** Checks the numbers. */
  public DistillRecipe {
    guidance = List.copyOf(guidance);
    if (guidance.isEmpty() || guidance.stream().anyMatch(scale -> !(scale >= 1 && scale <= 100))) {
      throw new IllegalArgumentException("guidance is " + guidance + ", not scales from 1 to 100");
    }
    if (consistency.weight() == 0 && adversarial.weight() == 0) {
      throw new IllegalArgumentException("consistency.weight and adversarial.weight are both 0");
    }
  }

  boolean isConsistent() {
    return consistency.weight() > 0;
  }

  boolean isAdversarial() {
    return adversarial.weight() > 0;
  }

  /** Returns the number of student steps before a step of the training. */
  long studentSteps(long step) {
    return isAdversarial() ? (step + 1) / 2 : step;
  }

  /**
   * Returns the config with another teacher.
   *
   * @param folder folder of the teacher
   * @return a copy
   */
  public DistillRecipe startingFrom(Path folder) {
    return Recipe.with(this, folder);
  }

  /** Fills in the values that come from the start model. */
  DistillRecipe withDefaults(int resolution) {
    return Recipe.with(this, data.withDefaults(resolution));
  }
}
