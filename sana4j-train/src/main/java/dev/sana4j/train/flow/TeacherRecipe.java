package dev.sana4j.train.flow;

import dev.sana4j.recipe.Inline;
import dev.sana4j.recipe.Key;
import dev.sana4j.train.loop.RunRecipe;
import dev.sana4j.train.optim.OptimizerRecipe;
import dev.sana4j.train.optim.ScheduleRecipe;
import java.nio.file.Path;

/**
 * {@code sana train teacher}: from a base model to the teacher of distillation, which embeds times
 * of 0..1 and normalizes queries and keys.
 *
 * @param start the base model
 * @param data captioned images
 * @param conversion initial values of the new parts
 * @param flow times, path and caption dropout
 * @param schedule steps, batch size and learning rate
 * @param optimizer the optimizer
 * @param run how it runs
 */
public record TeacherRecipe(
    @Key(doc = "Model folder of the base model.", model = true) Path start,
    @Key(doc = "Captioned images.") DataRecipe data,
    @Key(doc = "The conversion to a teacher.") ConversionRecipe conversion,
    @Key(doc = "Flow matching.") FlowRecipe flow,
    @Inline({
          @Key(doc = "Learning rate after the warm-up.", value = "2e-5"),
          @Key(doc = "Warm-up: steps over which the learning rate rises from 0.", value = "100"),
          @Key(doc = "Number of optimizer steps.", value = "5000"),
          @Key(
              doc =
                  "Batch size per worker; SANA-Sprint's teacher used 1,024 per step over all"
                      + " GPUs.",
              value = "64")
        })
        ScheduleRecipe schedule,
    @Key(doc = "The optimizer.") OptimizerRecipe optimizer,
    @Key(doc = "Seeds, precision, checkpoints and samples.") RunRecipe run)
    implements FlowTraining {}
