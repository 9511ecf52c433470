package dev.sana4j.train.flow;

import dev.sana4j.recipe.Inline;
import dev.sana4j.recipe.Key;
import dev.sana4j.recipe.Recipe;
import dev.sana4j.train.NumberCheck;
import dev.sana4j.train.loop.RunRecipe;
import dev.sana4j.train.optim.OptimizerRecipe;
import dev.sana4j.train.optim.ScheduleRecipe;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code sana finetune}: trains all weights of a model's transformer, or low-rank adapters for
 * them.
 *
 * @param start the model, or null for the default of the command line
 * @param timestepScale timestep scale of the start model, or null for that of its config
 * @param data captioned images
 * @param lora the adapters, or null to change all weights
 * @param prior images for prior preservation, or null
 * @param flow times and caption dropout
 * @param schedule steps, batch size and learning rate
 * @param optimizer the optimizer
 * @param run run settings
 */
public record FinetuneRecipe(
    @Key(doc = "Model folder to start from; default: the bundled teacher.", model = true)
        @Nullable Path start,
    @Key(
            doc =
                "Timestep scale of a teacher whose config lacks it, above 0 and at most 1, such as"
                    + " 0.001; default: that of the model.")
        @Nullable Double timestepScale,
    @Key(doc = "Captioned images.") DataRecipe data,
    @Key(doc = "Low-rank adapters (LoRA); without this block all weights are trained.")
        @Nullable Lora lora,
    @Key(doc = "Prior preservation: images of the subject's class that are trained " + "too.")
        @Nullable Prior prior,
    @Key(doc = "Flow matching: noise levels and caption dropout.") FlowRecipe flow,
    @Inline({
          @Key(
              doc = "Learning rate after the warm-up; 1e-4 suits adapters, 2e-5 all weights.",
              value = "1e-4"),
          @Key(doc = "Warm-up: steps over which the learning rate rises from 0.", value = "0"),
          @Key(doc = "Number of optimizer steps.", value = "500"),
          @Key(doc = "Batch size per worker.", value = "1")
        })
        ScheduleRecipe schedule,
    @Key(doc = "The optimizer.", value = "{kind: adamw, weight_decay: 1e-4, clip: 1}")
        OptimizerRecipe optimizer,
    @Key(doc = "Seeds, precision, checkpoints and samples.") RunRecipe run)
    implements FlowTraining {

  /**
   * Low-rank adapters, arXiv 2106.09685.
   *
   * @param rank rank of the adapters
   * @param alpha the adapters are scaled by alpha / rank
   * @param targets ends of the names of the layers
   * @param dropout share of inputs dropped
   * @param merge whether a whole model is written too
   */
  public record Lora(
      @Key(doc = "Rank of the adapters.", value = "4") int rank,
      @Key(doc = "The adapters are scaled by alpha / rank.", value = "4") double alpha,
      @Key(
              doc = "Linear layers and 1x1 convolutions to adapt, by the end of their names.",
              value = "[to_q, to_k, to_v]")
          List<String> targets,
      @Key(doc = "Dropout of the adapter's inputs, 0 to below 1.", value = "0") double dropout,
      @Key(
              doc = "Also write a whole model with the adapters merged into its weights.",
              value = "false")
          boolean merge) {

    /** Checks the numbers. */
    public Lora {
      targets = List.copyOf(targets);
      NumberCheck.atLeast("rank", rank, 1);
      NumberCheck.positive("alpha", alpha);
      NumberCheck.share("dropout", dropout);
    }
  }

  /**
   * Prior preservation, arXiv 2208.12242.
   *
   * @param data images of the class; generated images are added to its folder
   * @param weight weight of their loss
   * @param prompt prompt of generated images; null to use only existing images
   * @param images number of images, including generated ones
   */
  public record Prior(
      @Key(doc = "Captioned images of the class, and their cache.") DataRecipe data,
      @Key(doc = "Weight of the loss on these images.", value = "1") double weight,
      @Key(doc = "Prompt for generating missing images before the training.")
          @Nullable String prompt,
      @Key(doc = "Number of images in the folder, with the generated ones.", value = "100")
          int images) {

    /** Checks the numbers. */
    public Prior {
      NumberCheck.notNegative("weight", weight);
      NumberCheck.atLeast("images", images, 1);
    }

    Prior withDefaults(int resolution) {
      return new Prior(data.withDefaults(resolution), weight, prompt, images);
    }
  }

  /**
   * Returns the config with another start model.
   *
   * @param folder folder of the model
   * @return a copy
   */
  public FinetuneRecipe startingFrom(Path folder) {
    return Recipe.with(this, folder);
  }

  /** Fills in the values that come from the start model. */
  FinetuneRecipe withDefaults(int resolution, double shift) {
    FinetuneRecipe filled = FlowTraining.withDefaults(this, resolution, shift);
    return prior == null ? filled : Recipe.with(filled, prior.withDefaults(resolution));
  }
}
