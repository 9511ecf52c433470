package dev.sana4j.train.optim;

import dev.sana4j.recipe.Key;
import dev.sana4j.tensor.DType;
import dev.sana4j.train.NumberCheck;
import java.util.List;

/**
 * The optimizer, with gradient clipping, learning rate schedule and weight averaging.
 *
 * @param kind which optimizer
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param beta3 decay of CAME's instability
 * @param weightDecay weight decay of matrices
 * @param clip largest norm of all gradients
 * @param schedule course of the rate after the warm-up
 * @param decayFrom when the decay begins
 * @param finalRate where it ends
 * @param ema decay of the averaged weights
 */
public record OptimizerRecipe(
    @Key(
            doc =
                "The optimizer: came (used for SANA), adamw, or muon, which needs fewer "
                    + "steps from scratch.",
            value = "came")
        Kind kind,
    @Key(doc = "Decay of the first moment; 0.95 is usual for muon.", value = "0.9") double beta1,
    @Key(doc = "Decay of the second moment.", value = "0.999") double beta2,
    @Key(doc = "Decay of CAME's instability (its confidence term).", value = "0.9999") double beta3,
    @Key(
            doc = "Weight decay of matrices and kernels, multiplied by the learning rate.",
            value = "0")
        double weightDecay,
    @Key(
            doc = "Gradient clipping: largest global norm of the gradients; 0 for none.",
            value = "0.1")
        double clip,
    @Key(
            doc = "Schedule of the learning rate after the warm-up: constant, linear or cosine.",
            value = "constant")
        LearningRate.Decay schedule,
    @Key(
            doc = "Share of the steps, 0 to 1, after which the linear or cosine decay " + "starts.",
            value = "0")
        double decayFrom,
    @Key(doc = "Final learning rate, as a share of learning_rate.", value = "0") double finalRate,
    @Key(
            doc =
                "Decay of the moving average of the weights (EMA). Samples and the "
                    + "saved model use the average; 0 for none.",
            value = "0")
        double ema) {

  /** Which optimizer. */
  public enum Kind {
    /** CAME, arXiv 2307.02047. */
    CAME,
    /** AdamW, arXiv 1711.05101. */
    ADAMW,
    /** Muon, with AdamW for parameters that are not matrices. */
    MUON
  }

  /** Checks the numbers. */
  public OptimizerRecipe {
    NumberCheck.share("beta1", beta1);
    NumberCheck.share("beta2", beta2);
    NumberCheck.share("beta3", beta3);
    NumberCheck.notNegative("weight_decay", weightDecay);
    NumberCheck.notNegative("clip", clip);
    NumberCheck.share("decay_from", decayFrom);
    if (!(finalRate >= 0 && finalRate <= 1)) {
      throw new IllegalArgumentException("final_rate is " + finalRate + ", not from 0 to 1");
    }
    NumberCheck.share("ema", ema);
  }

  /** The learning rate of a training. */
  public LearningRate rate(double peak, int warmUp, int steps) {
    return new LearningRate(
        schedule, peak, peak * finalRate, Math.min(warmUp, steps), steps, decayFrom);
  }

  /**
   * Creates the optimizer with empty state.
   *
   * @param parameters to change
   * @param dtype of the networks
   */
  public Optimizer create(List<Trainable> parameters, DType dtype) {
    return switch (kind) {
      case CAME -> {
        var usual = Came.Settings.DEFAULT;
        yield new Came(
            parameters,
            new Came.Settings(
                beta1,
                beta2,
                beta3,
                usual.gradientEps(),
                usual.instabilityEps(),
                usual.clipThreshold(),
                weightDecay));
      }
      case ADAMW ->
          new AdamW(
              parameters,
              new AdamW.Settings(beta1, beta2, AdamW.Settings.DEFAULT.eps(), weightDecay));
      case MUON -> new Muon(parameters, new Muon.Settings(beta1, beta2, weightDecay, dtype));
    };
  }
}
