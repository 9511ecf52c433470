package dev.sana4j.train.optim;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.train.TrainingException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Updates parameters by their gradients, with state from earlier steps. */
public abstract sealed class Optimizer implements AutoCloseable permits AdamW, Came, Muon {
  /** State kept between steps, by the parameter's name, a dot and the name of the moment. */
  final Moments moments;

  Optimizer(Moments moments) {
    this.moments = moments;
  }

  /**
   * Takes one step downhill with all parameters.
   *
   * @param gradients one per parameter, in their order, float32; they stay with their owner
   * @param learningRate of this step
   */
  public final void step(List<Tensor> gradients, double learningRate) {
    step(gradients, learningRate, Set.of());
  }

  /**
   * Takes one step downhill with some parameters.
   *
   * @param gradients one per parameter, in their order, float32; they stay with their owner, and
   *     those of frozen parameters are ignored
   * @param learningRate of this step
   * @param frozen names of parameters that are not changed, nor their moments and step counts; once
   *     unfrozen they start as at the beginning of a training
   */
  public abstract void step(List<Tensor> gradients, double learningRate, Set<String> frozen);

  /**
   * Returns the state of earlier steps, from which training resumes bit for bit.
   *
   * @return by the parameter's name, a dot and the name of the moment; owned by the optimizer, and
   *     changed by the next step
   */
  public final Map<String, Tensor> state() {
    return moments.all();
  }

  /**
   * Loads the state of another run.
   *
   * @param state a result of {@link #state}; copied
   * @throws TrainingException listing every name that is missing, unexpected or mis-shaped; nothing
   *     is changed then
   */
  public final void restore(Map<String, Tensor> state) {
    moments.restore(state);
  }

  /** Frees the state; the parameters stay with their owner. */
  @Override
  public final void close() {
    moments.close();
  }
}
