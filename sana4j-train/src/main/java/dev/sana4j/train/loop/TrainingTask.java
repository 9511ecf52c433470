package dev.sana4j.train.loop;

import dev.sana4j.data.BatchPosition;
import dev.sana4j.image.RgbImage;
import dev.sana4j.objective.LossAndGradients;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.train.optim.LearningRate;
import dev.sana4j.train.optim.OptimizerRecipe;
import dev.sana4j.weights.Parameter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A training task: its networks, data and losses. {@link TrainingLoop} runs it. */
public interface TrainingTask {

  /**
   * Parameters of one optimizer, and its settings.
   *
   * @param name name, for example {@code student}; prefix of its tensors in checkpoints
   * @param isLead whether it is the model, which is averaged over time, sampled and written; there
   *     is one such group
   * @param parameters in the dtype the network computes in
   * @param recipe the optimizer
   * @param rate the learning rate schedule
   */
  record Group(
      String name,
      boolean isLead,
      List<Parameter> parameters,
      OptimizerRecipe recipe,
      LearningRate rate) {

    /** Returns the values of the parameters, whose gradients are computed. */
    public List<Tensor> leaves() {
      return parameters.stream().map(Parameter::value).toList();
    }
  }

  /** Returns the groups, including the lead. */
  List<Group> groups();

  /** Returns whether a group is changed in a step; steps count from 0. */
  default boolean isActive(Group group, long step) {
    return true;
  }

  /** Returns the number of parts of a batch that are computed in parallel. */
  default int lanes() {
    return 1;
  }

  /** Loads the next batch; {@code number} counts all batches since the beginning. */
  void nextBatch(long number);

  /**
   * Returns the loss of the current batch and its gradients.
   *
   * @param group one of {@link #groups}
   * @return one gradient per parameter of the group; owned by the current scope
   */
  LossAndGradients lossAndGradients(Group group);

  /**
   * Returns the names of parameters of a group that this step does not change; their gradients are
   * 0.
   */
  default Set<String> frozen(Group group) {
    return Set.of();
  }

  /** Returns the metrics of the last batch other than the loss, by name. */
  default Map<String, Double> figures() {
    return Map.of();
  }

  /**
   * Returns the state other than the parameters that a step changes, by name; it is part of a
   * checkpoint.
   */
  default Map<String, Tensor> buffers() {
    return Map.of();
  }

  /** Returns the position of the next batch. */
  BatchPosition position();

  /** Continues at the position of a checkpoint, after some batches. */
  void seek(BatchPosition position, long batches);

  /** Returns the batch size, of all workers together. */
  int batchSize();

  /** Returns a sample grid with the current weights, or empty if there are no samples. */
  List<RgbImage> samples();

  /** Returns the titles of the samples. */
  List<String> sampleTitles();

  /** Writes the model with the current weights into an empty folder. */
  void write(Path folder);
}
