package dev.sana4j.pipeline.engine;

import dev.sana4j.image.CoverResize;
import dev.sana4j.pipeline.model.ControlNetConfig;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.StepRange;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.sana.SanaControlNet;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Storage;
import org.jspecify.annotations.Nullable;

/**
 * The ControlNets of a model's requests. Each is loaded for the first request that needs it; the
 * most recent ones stay in memory.
 */
final class ModelControl implements AutoCloseable {
  private static final int KEPT = 2;

  private final ModelConfig model;
  private final DType dtype;
  private final Device device;
  private final RecentlyUsed<FileVersion, SanaControlNet> loaded =
      new RecentlyUsed<>(SanaControlNet::close);

  ModelControl(ModelConfig model, DType dtype, Device device) {
    this.model = model;
    this.dtype = dtype;
    this.device = device;
  }

  private SanaControlNet network(Task.Control task) {
    ControlNetConfig config = ControlNetConfig.of(model, task);
    SanaControlNet network =
        loaded.get(
            FileVersion.of(config.weights(dtype)),
            () -> SanaControlNet.open(config.folder(), dtype, device, Storage.AS_STORED));
    loaded.keep(KEPT);
    return network;
  }

  /** Encodes the control image of a request to (1, C, h, w), float32; null if it has none. */
  @Nullable Tensor encode(GenerationRequest request, LatentImages images) {
    return request.task() instanceof Task.Control task
        ? images.encode(
            CoverResize.framed(task.image().pixels(), request.size(), model.workingSize(request)),
            request.tiledDecoding())
        : null;
  }

  /** Returns the ControlNet with the control image of a request; null if it has none. */
  @Nullable BoundControl bind(GenerationRequest request, @Nullable Tensor latents) {
    if (latents == null || !(request.task() instanceof Task.Control task)) {
      return null;
    }
    double[] times = model.sampler().transformerTimes(request);
    return new BoundControl(
        network(task),
        latents.to(dtype),
        task.scale(),
        StepRange.of(task.from(), task.to(), times));
  }

  @Override
  public void close() {
    loaded.close();
  }
}
