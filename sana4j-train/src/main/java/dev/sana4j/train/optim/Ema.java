package dev.sana4j.train.optim;

import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.ParallelParameters;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.train.NumberCheck;
import dev.sana4j.train.TrainingException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The exponential moving average of parameters, in float32. It follows quickly at first: the decay
 * of update n = 0, 1, ... is min(decay, (1 + n) / (10 + n)), as in TensorFlow's
 * ExponentialMovingAverage.
 */
public final class Ema implements AutoCloseable {
  private static final String UPDATES = "updates";

  private final List<Trainable> parameters;
  private final double decay;
  private final Moments averages = new Moments("moving average");
  private final Map<String, Tensor> values = new LinkedHashMap<>();
  private final Tensor updates;

  /**
   * An average that begins with the values that the parameters have now.
   *
   * @param parameters to follow; they stay with their owner
   * @param decay of late updates, from 0 to below 1
   */
  public Ema(List<Trainable> parameters, double decay) {
    NumberCheck.share("decay", decay);
    this.parameters = List.copyOf(parameters);
    this.decay = decay;
    for (Trainable parameter : parameters) {
      String name = parameter.name();
      values.put(
          name, averages.add(name, TensorScope.tidy(() -> parameter.value().alias().copy())));
    }
    this.updates = averages.zeros(UPDATES, Device.CPU);
  }

  /** Moves the average towards the parameters. */
  public void update() {
    double n = updates.item();
    double kept = Math.min(decay, (1 + n) / (10 + n));
    ParallelParameters.each(
        parameters,
        parameter -> parameter.value().elements(),
        parameter ->
            SavedTensors.require(values, parameter.name()).lerp_(parameter.value(), 1 - kept));
    Libtorch.noGrad(() -> updates.add_(1));
  }

  /**
   * The averages.
   *
   * @return by the name of the parameter; owned by this object, and changed by the next update
   */
  public Map<String, Tensor> values() {
    return Collections.unmodifiableMap(values);
  }

  /**
   * The averages and the count of updates, from which training resumes bit for bit.
   *
   * @return by name; owned by this object, and changed by the next update
   */
  public Map<String, Tensor> state() {
    return averages.all();
  }

  /**
   * Takes over the averages of another run.
   *
   * @param state a result of {@link #state}; copied
   * @throws TrainingException listing every name that is missing, unexpected or mis-shaped; nothing
   *     is changed then
   */
  public void restore(Map<String, Tensor> state) {
    averages.restore(state);
  }

  /** Frees the averages. */
  @Override
  public void close() {
    averages.close();
  }
}
