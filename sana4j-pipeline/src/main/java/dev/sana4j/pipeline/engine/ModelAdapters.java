package dev.sana4j.pipeline.engine;

import dev.sana4j.nn.LayerNames;
import dev.sana4j.nn.LowRankAdapters;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.sana.SanaNames;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The LoRA adapters of a model's transformer: those of the current request, and a cache of earlier
 * ones.
 *
 * <p>They are applied at run time and never change the weights. A request without adapters
 * therefore produces bit-identical images before and after.
 */
public final class ModelAdapters implements AutoCloseable {
  /** Number of adapters that stay in memory, unless a request uses more. */
  private static final int KEPT = 4;

  private final SanaTransformer transformer;
  private final Device device;
  private final LayerNames names;
  private final RecentlyUsed<Key, LowRankAdapters> loaded =
      new RecentlyUsed<>(LowRankAdapters::close);
  private final List<LowRankAdapters> attached = new ArrayList<>();
  private List<LoraChoice> active = List.of();

  /** The key of an adapter; a file and its folder are different names of the same adapter. */
  private record Key(String name, FileVersion version) {}

  ModelAdapters(SanaTransformer transformer, Device device) {
    this.transformer = transformer;
    this.device = device;
    this.names = SanaNames.layers(transformer);
  }

  /**
   * Checks that adapters are valid and fit the model, before its weights are loaded.
   *
   * @param config the model
   * @param choices the adapters
   * @throws RequestException if a file is missing
   * @throws CheckpointException if one cannot be read or does not fit
   */
  public static void check(ModelConfig config, List<LoraChoice> choices) {
    if (choices.isEmpty()) {
      return;
    }
    LayerNames names =
        SanaNames.layers(
            Weights.specs(
                DType.FLOAT32, weights -> new SanaTransformer(weights, config.transformer())));
    for (LoraChoice choice : choices) {
      LowRankAdapters.load(choice.path(), Device.CPU, names).close();
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
   * Replaces the attached adapters by those of a request. Files that have not changed are not read
   * again.
   *
   * @param choices in the order in which they are added
   * @throws RequestException if a file is missing
   * @throws CheckpointException if one cannot be read or does not fit; then none is attached
   */
  void use(List<LoraChoice> choices) {
    detach();
    try {
      for (LoraChoice choice : choices) {
        Path file = choice.path();
        Key key = new Key(choice.file(), FileVersion.of(file));
        LowRankAdapters adapters = loaded.get(key, () -> LowRankAdapters.load(file, device, names));
        named(file, () -> adapters.attach(transformer, choice.scale()));
        attached.add(adapters);
      }
      active = choices;
    } catch (RuntimeException | Error e) {
      detach();
      throw e;
    } finally {
      loaded.keep(Math.max(KEPT, attached.size()));
    }
  }

  /**
   * Attaches the adapters of a request if others are attached; does not check whether their files
   * have changed.
   */
  void ensure(List<LoraChoice> choices) {
    if (!active.equals(choices)) {
      use(choices);
    }
  }

  private void detach() {
    attached.forEach(LowRankAdapters::detach);
    attached.clear();
    active = List.of();
  }

  @Override
  public void close() {
    detach();
    loaded.close();
  }
}
