package dev.sana4j.objective;

import dev.sana4j.nn.Linear;
import dev.sana4j.objective.TrigFlowModel.Condition;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;

/** Source of the log-variance: the logarithm of the expected error at an angle. */
public enum LogVariance {
  /**
   * Fully learned from the embedding of the angle, as in the public training script. The network
   * itself uses another embedding.
   */
  OF_ANGLE {
    @Override
    Tensor of(
        TrigFlowModel student, Linear map, Condition condition, long elements, double sigmaData) {
      return map.apply(student.embeddedAngle(condition)).flatten(0, 1).to(DType.FLOAT32);
    }
  },

  /**
   * The sum of {@link Consistency#expectedLogVariance} and a term that is learned from the
   * embedding of the flow's time, which the network uses too. All angles have equal weight from the
   * first step.
   */
  FROM_EXPECTED {
    @Override
    Tensor of(
        TrigFlowModel student, Linear map, Condition condition, long elements, double sigmaData) {
      Tensor learned = map.apply(student.embeddedTime(condition)).flatten(0, 1).to(DType.FLOAT32);
      return learned.add(Consistency.expectedLogVariance(condition.angles(), elements, sigmaData));
    }
  };

  /** Returns the log-variance, (B). */
  abstract Tensor of(
      TrigFlowModel student, Linear map, Condition condition, long elements, double sigmaData);
}
