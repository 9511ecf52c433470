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

/** A training task: networks, data and losses. {@link TrainingLoop} runs it. */
public interface TrainingTask {

  /**
   * Parameters of one optimizer, and its settings.
   *
   * @param name for example {@code student}; prefix of its checkpoints
   * @param isLead whether it is the model: averaged over time, sampled from and written; there is
   *     one such group
   * @param parameters in the dtype the network computes in
   * @param recipe the optimizer
   * @param rate the learning rate by step
   */
  record Group(
      String name,
      boolean isLead,
      List<Parameter> parameters,
      OptimizerRecipe recipe,
      LearningRate rate) {

    /** The values of the parameters, whose gradients are computed. */
    public List<Tensor> leaves() {
      return parameters.stream().map(Parameter::value).toList();
    }
  }

  /** The groups, the lead among them. */
  List<Group> groups();

  /** Whether a group is changed in a step; steps count from 0. */
  default boolean isActive(Group group, long step) {
    return true;
  }

  /** Parts of a batch whose gradients are averaged. */
  default int lanes() {
    return 1;
  }

  /** Moves on to the next batch; {@code number} counts all batches since the beginning. */
  void nextBatch(long number);

  /**
   * The loss of the present batch and its gradients.
   *
   * @param group one of {@link #groups}
   * @return one gradient per parameter of the group; owned by the current scope
   */
  LossAndGradients lossAndGradients(Group group);

  /** Names of parameters of a group that this step does not change; their gradients are 0. */
  default Set<String> frozen(Group group) {
    return Set.of();
  }

  /** Figures of the last batch other than the loss, by name. */
  default Map<String, Double> figures() {
    return Map.of();
  }

  /** State other than the parameters that a step changes, by name; saved and restored with them. */
  default Map<String, Tensor> buffers() {
    return Map.of();
  }

  /** Position of the next batch. */
  BatchPosition position();

  /** Continues at the position of another run after some batches. */
  void seek(BatchPosition position, long batches);

  /** Images per batch, of all workers together. */
  int batchSize();

  /** A sample grid with the current weights, or empty if there are no samples. */
  List<RgbImage> samples();

  /** Titles of the samples. */
  List<String> sampleTitles();

  /** Writes the model with the current weights into an empty folder. */
  void write(Path folder);
}
