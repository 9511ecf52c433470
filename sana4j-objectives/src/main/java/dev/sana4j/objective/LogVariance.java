package dev.sana4j.objective;

import dev.sana4j.nn.Linear;
import dev.sana4j.objective.TrigFlowModel.Condition;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;

/** Where the logarithm of the error that is usual at an angle comes from. */
public enum LogVariance {
  /**
   * Learned alone, from the embedding of the angle: as in the public training script, where the
   * embedding is not the one that the network itself uses.
   */
  OF_ANGLE {
    @Override
    Tensor of(
        TrigFlowModel student, Linear map, Condition condition, long elements, double sigmaData) {
      return map.apply(student.embeddedAngle(condition)).flatten(0, 1).to(DType.FLOAT32);
    }
  },

  /**
   * What is expected ({@link Consistency#expectedLogVariance}) plus what is learned from the
   * embedding of the flow's time, which the network uses too: all angles count alike from the first
   * step.
   */
  FROM_EXPECTED {
    @Override
    Tensor of(
        TrigFlowModel student, Linear map, Condition condition, long elements, double sigmaData) {
      Tensor learned = map.apply(student.embeddedTime(condition)).flatten(0, 1).to(DType.FLOAT32);
      return learned.add(Consistency.expectedLogVariance(condition.angles(), elements, sigmaData));
    }
  };

  /** (B). */
  abstract Tensor of(
      TrigFlowModel student, Linear map, Condition condition, long elements, double sigmaData);
}
