package dev.sana4j.pipeline.engine;

import dev.sana4j.folder.ModelException;
import dev.sana4j.image.CoverResize;
import dev.sana4j.pipeline.request.ControlNetConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.ModelConfig;
import dev.sana4j.pipeline.request.StepRange;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.sana.SanaControlNet;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Storage;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The ControlNet of a model: that of its folder, or a separate one. It is loaded for the first
 * request with a {@link Task.Control} and stays.
 */
public final class ModelControl implements AutoCloseable {
  private final ModelConfig model;
  private final DType dtype;
  private final Device device;
  private @Nullable ControlNetConfig separate;
  private @Nullable SanaControlNet network;

  ModelControl(ModelConfig model, DType dtype, Device device) {
    this.model = model;
    this.dtype = dtype;
    this.device = device;
  }

  /**
   * Uses a separate ControlNet from now on.
   *
   * @param folder that of the ControlNet, or one with a {@code controlnet} in it
   * @throws ModelException if there is none, or it does not fit the model
   */
  public void use(Path folder) {
    ControlNetConfig chosen = ControlNetConfig.read(folder, model);
    close();
    separate = chosen;
  }

  /** Refuses a request that needs a ControlNet if there is none; nothing is loaded. */
  public void check(GenerationRequest request) {
    if (request.task() instanceof Task.Control) {
      config();
    }
  }

  private ControlNetConfig config() {
    return separate == null ? ControlNetConfig.of(model) : separate;
  }

  private SanaControlNet network() {
    SanaControlNet loaded = network;
    if (loaded == null) {
      loaded = SanaControlNet.open(config().folder(), dtype, device, Storage.AS_STORED);
      network = loaded;
    }
    return loaded;
  }

  /** (1, C, h, w), float32: the condition of a request in latent space; null if it has none. */
  @Nullable Tensor encode(GenerationRequest request, LatentPictures pictures) {
    return request.task() instanceof Task.Control task
        ? pictures.encode(
            CoverResize.framed(task.image().pixels(), request.size(), model.workingSize(request)),
            request.tiledDecoding())
        : null;
  }

  /** The ControlNet with the condition of a request bound; null if it has none. */
  @Nullable BoundControl bind(GenerationRequest request, @Nullable Tensor latents) {
    if (latents == null || !(request.task() instanceof Task.Control task)) {
      return null;
    }
    double[] times = model.sampler().transformerTimes(request);
    return new BoundControl(
        network(), latents.to(dtype), task.scale(), StepRange.of(task.from(), task.to(), times));
  }

  /** Frees the ControlNet; the next request that needs one loads it again. */
  @Override
  public void close() {
    if (network != null) {
      network.close();
      network = null;
    }
  }
}
