package dev.sana4j.emoji.evaluate;

import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Functional.BatchStatistics;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;

/**
 * Batch normalization (arXiv 1502.03167) of (B, C, H, W), by batch statistics or by moving
 * averages.
 */
final class BatchNorm extends Layer<Tensor> {
  private static final double EPS = 1e-5;
  private static final String MOVING = "running_";

  private final BatchStatistics kept;
  private boolean learning;

  /** Reads {@code weight}, {@code bias}, {@code running_mean} and {@code running_var}, all (C). */
  BatchNorm(Weights weights, int channels) {
    kept =
        new BatchStatistics(
            own(weights.parameter("weight", channels)).value(),
            own(weights.parameter("bias", channels)).value(),
            own(weights.parameter(MOVING + "mean", channels)).value(),
            own(weights.parameter(MOVING + "var", channels)).value());
  }

  /** Returns whether the optimizer trains a parameter; it does not train moving averages. */
  static boolean isTrained(Parameter parameter) {
    return !parameter.name().contains("." + MOVING);
  }

  /** Switches between the statistics of each batch (training) and the moving averages. */
  void learn(boolean now) {
    learning = now;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Functional.batchNorm(input, kept, learning, EPS);
  }
}
