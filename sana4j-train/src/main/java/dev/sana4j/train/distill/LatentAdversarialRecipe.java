package dev.sana4j.train.distill;

import dev.sana4j.recipe.Key;
import dev.sana4j.train.NumberCheck;
import dev.sana4j.train.TrainingException;
import java.util.ArrayList;
import java.util.List;

/**
 * The adversarial loss of distillation (LADD): heads on the frozen teacher distinguish real latents
 * from the student's.
 *
 * @param weight of the heads' verdict in the student's loss; 0 for none
 * @param blocks of the teacher that the discriminator reads; empty for four spread over its depth
 * @param learningRate of the heads
 * @param largestTime share of images made from pure noise
 * @param noiseMean of the logarithm of the noise added before the heads score
 * @param noiseDeviation of it
 * @param misaligned whether images with another image's caption count as generated
 */
public record LatentAdversarialRecipe(
    @Key(doc = "Weight of the adversarial loss of the student; 0 for none.", value = "0.5")
        double weight,
    @Key(
            doc =
                "Blocks of the teacher, from 0, whose outputs the discriminator reads; "
                    + "empty for four distributed as in SANA-Sprint (2, 8, 14 and 19 of 20).",
            value = "[]")
        List<Integer> blocks,
    @Key(doc = "Learning rate of the discriminator after the warm-up.", value = "2e-6")
        double learningRate,
    @Key(
            doc =
                "Share of the student's samples for the discriminator that start from "
                    + "pure noise; the others start at the angle of the consistency loss.",
            value = "0.5")
        double largestTime,
    @Key(
            doc = "Mean of ln(sigma) of the noise added to the discriminator's inputs.",
            value = "-0.6")
        double noiseMean,
    @Key(doc = "Standard deviation of ln(sigma) of that noise.", value = "1") double noiseDeviation,
    @Key(
            doc =
                "Use real images with the caption of another image as additional fakes, "
                    + "so that the discriminator considers the text.",
            value = "true")
        boolean misaligned) {

  private static final int[] PUBLIC_BLOCKS = {2, 8, 14, 19};
  private static final int PUBLIC_DEPTH = 20;

  /** Checks the numbers. */
  public LatentAdversarialRecipe {
    blocks = List.copyOf(blocks);
    NumberCheck.notNegative("weight", weight);
    NumberCheck.positive("learning_rate", learningRate);
    if (!(largestTime >= 0 && largestTime <= 1)) {
      throw new IllegalArgumentException("largest_time is " + largestTime + ", not from 0 to 1");
    }
    NumberCheck.positive("noise_deviation", noiseDeviation);
    for (int i = 0; i < blocks.size(); i++) {
      if (blocks.get(i) < 0 || (i > 0 && blocks.get(i) <= blocks.get(i - 1))) {
        throw new IllegalArgumentException("blocks is " + blocks + ", not rising from 0");
      }
    }
  }

  /** Returns the scored blocks of a teacher with this many blocks. */
  List<Integer> blocks(int layers) {
    if (!blocks.isEmpty()) {
      int last = blocks.get(blocks.size() - 1);
      if (last >= layers) {
        throw new TrainingException(
            "adversarial.blocks has " + last + ", but the teacher's blocks end at " + (layers - 1));
      }
      return blocks;
    }
    List<Integer> spread = new ArrayList<>();
    for (int block : PUBLIC_BLOCKS) {
      int scaled = (block + 1) * layers / PUBLIC_DEPTH - 1;
      if (scaled >= 0 && !spread.contains(scaled)) {
        spread.add(scaled);
      }
    }
    return spread;
  }
}
