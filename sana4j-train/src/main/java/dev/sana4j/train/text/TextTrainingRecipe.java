package dev.sana4j.train.text;

import dev.sana4j.recipe.Inline;
import dev.sana4j.recipe.Key;
import dev.sana4j.recipe.Recipe;
import dev.sana4j.tensor.DType;
import dev.sana4j.train.NumberCheck;
import dev.sana4j.train.flow.TextRecipe;
import dev.sana4j.train.loop.RunRecipe;
import dev.sana4j.train.loop.Trainer;
import dev.sana4j.train.loop.TrainingLoop;
import dev.sana4j.train.optim.OptimizerRecipe;
import dev.sana4j.train.optim.ScheduleRecipe;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code sana train text}: a text encoder that predicts the next token of captions, so that it
 * encodes the order of words before a base model is trained with it.
 *
 * @param data the captions
 * @param text sizes of the encoder
 * @param start a model whose encoder is trained further, or null for a new one
 * @param schedule steps, batch size and learning rate
 * @param optimizer the optimizer
 * @param run run settings
 */
public record TextTrainingRecipe(
    @Key(doc = "The captions.") CaptionsRecipe data,
    @Key(doc = "Sizes of a new encoder and its tokenizer; with start, only max_length is used.")
        TextRecipe text,
    @Key(
            doc =
                "Model folder whose text_encoder/ and tokenizer/ are trained further. Without it "
                    + "they are created.",
            model = true)
        @Nullable Path start,
    @Inline({
          @Key(doc = "Learning rate after the warm-up.", value = "1e-3"),
          @Key(doc = "Warm-up: steps over which the learning rate rises from 0.", value = "100"),
          @Key(doc = "Number of optimizer steps.", value = "4000"),
          @Key(doc = "Batch size per worker: captions, one of each image.", value = "64")
        })
        ScheduleRecipe schedule,
    @Key(doc = "The optimizer.") OptimizerRecipe optimizer,
    @Key(
            doc =
                "Seeds, precision and checkpoints. There are no samples, and gradient_checkpointing"
                    + " has no effect.")
        RunRecipe run) {

  /** Refuses a frozen encoder. */
  public TextTrainingRecipe {
    NumberCheck.require(
        text.model() == null,
        "text.model is a frozen encoder, which is not trained; name it in start");
  }

  /** Returns the plan of the training loop. */
  TrainingLoop.Plan plan(Trainer.Place place, DType dtype) {
    return new TrainingLoop.Plan(place.folder(), schedule.steps(), run, dtype, Recipe.write(this));
  }
}
