package dev.sana4j.train.optim;

import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.ParallelParameters;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights an optimizer changes, in float32. A network that computes in float32 shares them; one
 * that computes in another dtype takes a rounded copy after every step.
 */
public final class MasterWeights implements AutoCloseable {
  private final List<Parameter> parameters;
  private final Map<String, Tensor> masters = new LinkedHashMap<>();

  public MasterWeights(List<Parameter> parameters) {
    this.parameters = List.copyOf(parameters);
    for (Parameter parameter : parameters) {
      Tensor value = parameter.value();
      boolean shared = value.dtype() == DType.FLOAT32;
      masters.put(
          parameter.name(),
          TensorScope.tidy(() -> shared ? value.alias() : value.to(DType.FLOAT32)).keep());
    }
    record(true);
  }

  /** Gradients are computed in the network's dtype. */
  private void record(boolean recorded) {
    parameters.forEach(parameter -> Autograd.record(parameter.value(), recorded));
  }

  public List<Trainable> trainables() {
    return masters.entrySet().stream()
        .map(entry -> new Trainable(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** By name, in the order of the parameters. */
  public Map<String, Tensor> masters() {
    return masters;
  }

  /** Copies the masters to the network. */
  public void publish() {
    publish(masters);
  }

  /** Copies other weights to the network. */
  private void publish(Map<String, Tensor> weights) {
    ParallelParameters.each(
        parameters.stream()
            .filter(each -> each.value().dtype() != DType.FLOAT32 || weights != masters)
            .toList(),
        parameter -> parameter.value().elements(),
        parameter -> parameter.value().copy_(SavedTensors.require(weights, parameter.name())));
  }

  /** Takes the values of a checkpoint. */
  public void restore(Map<String, Tensor> weights) {
    SavedTensors.copy(weights, masters);
    publish();
  }

  /**
   * Runs something with other weights in the network, and restores its weights afterwards.
   *
   * @param weights by name
   * @param body the body
   */
  public void during(Map<String, Tensor> weights, Runnable body) {
    Map<String, Tensor> own = new LinkedHashMap<>();
    masters.forEach((name, tensor) -> own.put(name, tensor.copy().keep()));
    try {
      publish(weights);
      body.run();
    } finally {
      publish(own);
      own.values().forEach(Tensor::close);
    }
  }

  @Override
  public void close() {
    record(false);
    List<Tensor> owned = new ArrayList<>(masters.values());
    owned.forEach(Tensor::close);
  }
}
