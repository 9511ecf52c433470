package dev.sana4j.train.loop;

import dev.sana4j.recipe.Key;
import dev.sana4j.train.NumberCheck;
import java.util.List;

/**
 * How a training runs: what all trainers share.
 *
 * @param seed of everything random
 * @param precision what the networks compute in
 * @param accumulate batches whose gradients are averaged before a step
 * @param gradientCheckpointing whether activations are computed again on the way back
 * @param lanes parts of a batch that are computed side by side
 * @param checkpointEvery steps between checkpoints
 * @param keepCheckpoints how many checkpoints stay
 * @param logEvery steps between writes of the metrics
 * @param sampleEvery steps between sample grids; 0 for none
 * @param samplePrompts what the sample grids show
 * @param sampleSteps steps of the sampler for them
 * @param sampleGuidance guidance scale for them
 * @param maxBadSteps steps in a row whose gradients may be NaN or infinite
 */
public record RunRecipe(
    @Key(
            doc =
                "Seed of everything random: weights, order, times, noise. The same config and"
                    + " seed give the same weights, however often the training was interrupted.",
            value = "0")
        long seed,
    @Key(
            doc =
                "What the networks compute in: auto, float32 or bfloat16. Auto is bfloat16 on a GPU"
                    + " and where this processor is measured to be faster in it; a training that"
                    + " goes on keeps what it began with. Master weights and optimizer are float32"
                    + " always.",
            value = "auto")
        Precision precision,
    @Key(doc = "Batches whose gradients are averaged before each step.", value = "1")
        int accumulate,
    @Key(
            doc =
                "Keep only the input of every block and compute its inside again on the way back:"
                    + " far less memory, a third more time.",
            value = "false")
        boolean gradientCheckpointing,
    @Key(
            doc =
                "Parts of a batch that are computed side by side, each by a share of the threads"
                    + " and with gradients of its own: faster where networks are small. 0 for one a"
                    + " thread if the networks have at most 50 million weights and are on the"
                    + " processor, otherwise one. LoRA with dropout has one always.",
            value = "0")
        int lanes,
    @Key(doc = "Steps between checkpoints.", value = "500") int checkpointEvery,
    @Key(doc = "How many checkpoints stay; older ones are deleted.", value = "2")
        int keepCheckpoints,
    @Key(
            doc = "Steps after which the metrics, a row a step, are brought to the disk.",
            value = "20")
        int logEvery,
    @Key(doc = "Steps between sample grids; 0 for none.", value = "500") int sampleEvery,
    @Key(
            doc = "What sample grids show, with fixed seeds; empty for captions of the data set.",
            value = "[]")
        List<String> samplePrompts,
    @Key(doc = "Steps of the sampler for sample grids.", value = "20") int sampleSteps,
    @Key(doc = "Guidance scale for sample grids.", value = "4.5") double sampleGuidance,
    @Key(
            doc =
                "Steps in a row whose loss or gradients may be NaN or infinite; such steps change"
                    + " nothing and are counted, one more ends the training.",
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
