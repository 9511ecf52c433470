package dev.sana4j.train.flow;

import dev.sana4j.recipe.Inline;
import dev.sana4j.recipe.Key;
import dev.sana4j.train.loop.RunRecipe;
import dev.sana4j.train.optim.OptimizerRecipe;
import dev.sana4j.train.optim.ScheduleRecipe;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code sana train base}: a flow-matching text-to-image model from latents and captions.
 *
 * @param data captioned images
 * @param autoencoder autoencoder whose latents are learned
 * @param text the text encoder
 * @param start a model to train further, or null for new networks
 * @param transformer sizes of a new one
 * @param flow times and caption dropout
 * @param schedule steps, batch size and learning rate
 * @param optimizer the optimizer
 * @param run run settings
 */
public record BaseRecipe(
    @Key(doc = "Captioned images.") DataRecipe data,
    @Key(
            doc =
                "Autoencoder of the latents: a model folder, or a vae/ folder written "
                    + "by sana train autoencoder.",
            model = true)
        Path autoencoder,
    @Key(doc = "The text encoder.") TextRecipe text,
    @Key(
            doc =
                "Model folder to continue from: its transformer, if it has one, and, without "
                    + "text.model, its text encoder and tokenizer, with their sizes. Without "
                    + "start they are created. The model of a text training has no transformer.",
            model = true)
        @Nullable Path start,
    @Key(doc = "Sizes of a new transformer; ignored with start.") TransformerRecipe transformer,
    @Key(doc = "Flow matching: noise levels and caption dropout.") FlowRecipe flow,
    @Inline({
          @Key(
              doc =
                  "Learning rate after the warm-up; SANA used 1e-4 to pretrain and 2e-5 "
                      + "to fine-tune.",
              value = "1e-4"),
          @Key(doc = "Warm-up: steps over which the learning rate rises from 0.", value = "2000"),
          @Key(doc = "Number of optimizer steps.", value = "100000"),
          @Key(doc = "Batch size per worker; SANA used 64 per GPU at 1024 pixels.", value = "64")
        })
        ScheduleRecipe schedule,
    @Key(doc = "The optimizer.") OptimizerRecipe optimizer,
    @Key(doc = "Seeds, precision, checkpoints and samples.") RunRecipe run)
    implements FlowTraining {}
