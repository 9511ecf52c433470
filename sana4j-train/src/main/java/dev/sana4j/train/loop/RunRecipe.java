package dev.sana4j.train.loop;

import dev.sana4j.recipe.Key;
import dev.sana4j.train.NumberCheck;
import java.util.List;

/**
 * Run settings shared by all trainers.
 *
 * @param seed of everything random
 * @param precision computing precision of the networks
 * @param accumulate batches whose gradients are averaged before a step
 * @param gradientCheckpointing whether activations are recomputed in the backward pass
 * @param lanes parts of a batch that are computed in parallel
 * @param checkpointEvery steps between checkpoints
 * @param keepCheckpoints number of checkpoints to keep
 * @param logEvery steps between writes of the metrics
 * @param sampleEvery steps between sample grids; 0 for none
 * @param samplePrompts prompts of the sample grids
 * @param sampleSteps steps of the sampler for them
 * @param sampleGuidance guidance scale for them
 * @param maxBadSteps steps in a row whose gradients may be NaN or infinite
 */
public record RunRecipe(
    @Key(
            doc =
                "Seed of all random numbers: weights, order, times, noise. The same "
                    + "config and seed give the same weights, also after interruptions.",
            value = "0")
        long seed,
    @Key(
            doc =
                "Precision of the networks: auto, float32 or bfloat16. Auto is bfloat16 "
                    + "on a GPU and on processors where it is measured to be faster. A "
                    + "resumed training keeps its precision. Master weights and optimizer are "
                    + "always float32.",
            value = "auto")
        Precision precision,
    @Key(doc = "Gradient accumulation: number of batches per step.", value = "1") int accumulate,
    @Key(
            doc =
                "Gradient checkpointing: keep only the input of every block and "
                    + "recompute its inside in the backward pass. It needs far less memory "
                    + "and a third more time.",
            value = "false")
        boolean gradientCheckpointing,
    @Key(
            doc =
                "Parts of a batch that are computed in parallel, each by a share of the "
                    + "threads; faster for small networks. 0 for one per thread if the "
                    + "networks have at most 50 million weights and are on the processor, "
                    + "otherwise one. LoRA with dropout always uses one.",
            value = "0")
        int lanes,
    @Key(doc = "Steps between checkpoints.", value = "500") int checkpointEvery,
    @Key(doc = "Number of checkpoints to keep; older ones are deleted.", value = "2")
        int keepCheckpoints,
    @Key(doc = "Steps between writes of the metrics, which have one row per step.", value = "20")
        int logEvery,
    @Key(doc = "Steps between sample grids; 0 for none.", value = "500") int sampleEvery,
    @Key(
            doc =
                "Prompts of the sample grids, with fixed seeds; empty for captions of "
                    + "the data set.",
            value = "[]")
        List<String> samplePrompts,
    @Key(doc = "Denoising steps of the sample grids.", value = "20") int sampleSteps,
    @Key(doc = "Guidance scale of the sample grids.", value = "4.5") double sampleGuidance,
    @Key(
            doc =
                "Number of consecutive steps that may have a NaN or infinite loss or "
                    + "gradient; such steps change nothing. One more ends the training.",
            value = "20")
        int maxBadSteps) {

  /** Checks the numbers. */
  public RunRecipe {
    samplePrompts = List.copyOf(samplePrompts);
    NumberCheck.atLeast("accumulate", accumulate, 1);
    NumberCheck.atLeast("lanes", lanes, 0);
    NumberCheck.atLeast("checkpoint_every", checkpointEvery, 1);
    NumberCheck.atLeast("keep_checkpoints", keepCheckpoints, 1);
    NumberCheck.atLeast("log_every", logEvery, 1);
    NumberCheck.atLeast("sample_every", sampleEvery, 0);
    NumberCheck.atLeast("sample_steps", sampleSteps, 1);
    NumberCheck.atLeast("max_bad_steps", maxBadSteps, 0);
    NumberCheck.notNegative("sample_guidance", sampleGuidance);
  }
}
