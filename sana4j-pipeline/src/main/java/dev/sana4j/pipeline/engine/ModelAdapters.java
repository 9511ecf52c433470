package dev.sana4j.pipeline.engine;

import dev.sana4j.nn.LowRankAdapters;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.ModelConfig;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The LoRA adapters of a model's transformer, added and removed while the model stays loaded.
 *
 * <p>They are applied live, beside the weights, which never change: a model whose adapters are
 * removed makes the pictures it made before, bit for bit.
 */
public final class ModelAdapters implements AutoCloseable {
  private final SanaTransformer transformer;
  private final Device device;
  private final Map<LoraChoice, LowRankAdapters> active = new LinkedHashMap<>();

  ModelAdapters(SanaTransformer transformer, Device device) {
    this.transformer = transformer;
    this.device = device;
  }

  /**
   * Refuses adapters that are damaged or belong to another model, before its weights are loaded.
   *
   * @param config the model
   * @param choices its adapters
   * @throws RequestException if a file is missing or named twice
   * @throws CheckpointException if one cannot be read or does not fit
   */
  public static void check(ModelConfig config, List<LoraChoice> choices) {
    if (choices.isEmpty()) {
      return;
    }
    List<TensorSpec> parameters =
        Weights.specs(DType.FLOAT32, weights -> new SanaTransformer(weights, config.transformer()));
    for (int i = 0; i < choices.size(); i++) {
      requireOnce(choices.subList(0, i), choices.get(i));
      Path file = choices.get(i).path();
      try (LowRankAdapters adapters = LowRankAdapters.load(file, Device.CPU)) {
        named(file, () -> adapters.requireFit(parameters));
      }
    }
  }

  private static void requireOnce(Iterable<LoraChoice> others, LoraChoice choice) {
    for (LoraChoice other : others) {
      if (other.file().equals(choice.file())) {
        throw new RequestException(
            "the LoRA " + choice.file() + " is named twice; give it one scale");
      }
    }
  }

  private static void named(Path file, Runnable body) {
    try {
      body.run();
    } catch (CheckpointException e) {
      throw new CheckpointException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Adds an adapter, after those that are there; it counts from the next picture on.
   *
   * @param choice which one, and how much it counts
   * @throws RequestException if the file is missing, or is added already
   * @throws CheckpointException if it cannot be read or does not fit; the model is as before
   */
  public void add(LoraChoice choice) {
    requireOnce(active.keySet(), choice);
    Path file = choice.path();
    LowRankAdapters adapters = LowRankAdapters.load(file, device);
    try {
      named(file, () -> adapters.attach(transformer, choice.scale()));
    } catch (RuntimeException e) {
      adapters.close();
      throw e;
    }
    active.put(choice, adapters);
  }

  /**
   * Removes an adapter.
   *
   * @param choice as it was added
   * @throws RequestException if it was not
   */
  public void remove(LoraChoice choice) {
    LowRankAdapters adapters = active.remove(choice);
    if (adapters == null) {
      throw new RequestException("the LoRA " + choice.file() + " is not in use");
    }
    adapters.close();
  }

  /** Removes all adapters. */
  public void clear() {
    active.values().forEach(LowRankAdapters::close);
    active.clear();
  }

  /**
   * The adapters in use.
   *
   * @return in the order they were added
   */
  public List<LoraChoice> list() {
    return List.copyOf(active.keySet());
  }

  @Override
  public void close() {
    clear();
  }
}
