package dev.sana4j.train.optim;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.train.TrainingException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Changes parameters by their gradients, with a memory of earlier steps. */
public abstract sealed class Optimizer implements AutoCloseable permits AdamW, Came, Muon {
  /** What is kept between steps, by the parameter's name, a dot and the name of the moment. */
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
   *     those of frozen parameters are not looked at
   * @param learningRate of this step
   * @param frozen names of parameters that stay as they are, with their moments and the count of
   *     their steps: when they are released they begin as if training began there
   */
  public abstract void step(List<Tensor> gradients, double learningRate, Set<String> frozen);

  /**
   * The memory of earlier steps, from which training resumes to the bit.
   *
   * @return by the parameter's name, a dot and the name of the moment; owned by the optimizer, and
   *     changed by the next step
   */
  public final Map<String, Tensor> state() {
    return moments.all();
  }

  /**
   * Takes over the memory of another run.
   *
   * @param state what {@link #state} gave; copied
   * @throws TrainingException listing every name that is missing, unexpected or mis-shaped; nothing
   *     is changed then
   */
  public final void restore(Map<String, Tensor> state) {
    moments.restore(state);
  }

  /** Frees the memory; the parameters stay with their owner. */
  @Override
  public final void close() {
    moments.close();
  }
}
