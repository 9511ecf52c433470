package dev.sana4j.pipeline;

import dev.sana4j.folder.ModelFolder;
import dev.sana4j.pipeline.engine.DeviceMeter;
import dev.sana4j.pipeline.engine.ModelAdapters;
import dev.sana4j.pipeline.engine.SanaModel;
import dev.sana4j.pipeline.model.DevicePlan;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.PrecisionChoice;
import dev.sana4j.pipeline.request.Execution;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Offload;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds a pipeline; see {@link SanaPipeline#builder}. The weights are loaded by {@link #open}. */
public final class PipelineBuilder {
  private ModelConfig config;
  private String name;
  private @Nullable DType dtype;
  private Device device = Device.CPU;
  private Execution execution = Execution.FAST;
  private Offload offload = Offload.AUTO;
  private @Nullable DevicePlan plan;

  PipelineBuilder(ModelFolder folder, String name) {
    config = ModelConfig.read(folder);
    this.name = name;
  }

  /**
   * Sets the model's name in the metadata of images.
   *
   * @param value a name; by default the one that the builder was created with
   * @return this
   */
  public PipelineBuilder name(String value) {
    name = value;
    return this;
  }

  /**
   * Sets the precision.
   *
   * @param value dtype to compute in; by default chosen from the stored weights, the speed of the
   *     processor and the free memory, see {@link SanaPipeline#dtype}
   * @return this
   */
  public PipelineBuilder dtype(DType value) {
    dtype = value;
    plan = null;
    return this;
  }

  /**
   * Sets the device.
   *
   * @param value device to compute on; by default the CPU
   * @return this
   */
  public PipelineBuilder device(Device value) {
    device = value;
    plan = null;
    return this;
  }

  /**
   * Sets where the text encoder of a model on a GPU is kept.
   *
   * @param value by default {@link Offload#AUTO}; without effect on the CPU
   * @return this
   */
  public PipelineBuilder offload(Offload value) {
    offload = value;
    plan = null;
    return this;
  }

  /**
   * Sets the order of computation.
   *
   * @param value by default {@link Execution#FAST}
   * @return this
   */
  public PipelineBuilder execution(Execution value) {
    execution = value;
    return this;
  }

  /**
   * Sets the timestep scale of a teacher whose config lacks it.
   *
   * @param value factor for timesteps of 0..1000, above 0 and at most 1; 0.001 for the teachers of
   *     SANA-Sprint; by default that of the model folder
   * @return this
   * @throws RequestException if the value is out of range, or it is a Sprint model
   */
  public PipelineBuilder timestepScale(double value) {
    config = config.withTimestepScale(value);
    return this;
  }

  /**
   * Returns lines for the user about values that sana4j assumes because the model folder lacks
   * them.
   *
   * @return often empty
   */
  public List<String> notes() {
    return config.notes();
  }

  /** Returns the precision; chooses it only once, so that check and open agree. */
  private DType precision() {
    Libtorch.require(device);
    if (dtype == null) {
      dtype = PrecisionChoice.choose(config, device).dtype();
    }
    return dtype;
  }

  /**
   * Checks whether the model and this machine can fulfil a request, before the weights are loaded.
   * On a GPU this also decides how its memory is used, see {@link #offload}.
   *
   * @param request the request to check
   * @throws RequestException naming the reason
   * @throws dev.sana4j.pipeline.model.DeviceMemoryException if the memory of a GPU does not suffice
   * @throws dev.sana4j.folder.ModelException if a ControlNet does not fit the model
   * @throws dev.sana4j.weights.CheckpointException if a LoRA adapter or a ControlNet is missing,
   *     damaged or does not fit
   */
  public void check(GenerationRequest request) {
    config.check(request, precision(), device, false);
    plan = plan(request);
    ModelAdapters.check(config, request.adapters());
  }

  /**
   * Loads the weights.
   *
   * @return the pipeline, to be closed by the caller
   * @throws dev.sana4j.weights.CheckpointException if weights are missing, damaged or do not fit
   * @throws RequestException for int8 on a processor without fast 8-bit products
   * @throws dev.sana4j.pipeline.model.DeviceMemoryException if the memory of a GPU does not suffice
   * @throws dev.sana4j.tensor.TensorException if the device cannot be used, or there are no native
   *     libraries for this platform
   */
  public SanaPipeline open() {
    DType chosen = precision();
    DevicePlan memory = plan == null ? plan(config.request("an image").build()) : plan;
    return new SanaPipeline(SanaModel.load(config, chosen, device, execution, memory), name);
  }

  /** Returns how the memory of a GPU is used; it is measured with shapes only. */
  private DevicePlan plan(GenerationRequest request) {
    if (device.isCpu()) {
      return DevicePlan.UNLIMITED;
    }
    return DevicePlan.choose(
        DeviceMeter.of(config, request, precision()),
        offload,
        request.tiledDecoding(),
        Libtorch.freeBytes(device));
  }
}
