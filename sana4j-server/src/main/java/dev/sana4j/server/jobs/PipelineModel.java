package dev.sana4j.server.jobs;

import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.PipelineBuilder;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.ModelMemory;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import java.util.Map;

/**
 * A model folder that a pipeline can open.
 *
 * @param card description of the model
 * @param config the folder's configs
 * @param dtype precision of the networks
 * @param device device of the networks
 * @param memory of the open model
 */
public record PipelineModel(
    ModelCard card, ModelConfig config, DType dtype, Device device, ModelMemory memory)
    implements LoadableModel {

  /**
   * Creates a model.
   *
   * @param id its name
   * @param config the folder's configs
   * @param dtype precision of the networks
   * @param device device of the networks
   * @return the model, without its weights
   * @throws dev.sana4j.files.SanaException if weights are missing or damaged
   */
  public static PipelineModel of(String id, ModelConfig config, DType dtype, Device device) {
    return new PipelineModel(
        ModelCard.of(id, config), config, dtype, device, ModelMemory.of(config, dtype));
  }

  private PipelineBuilder builder() {
    PipelineBuilder builder = SanaPipeline.builder(config.folder()).dtype(dtype).device(device);
    double scale = config.assumedTimestepScale();
    return scale == 0 ? builder : builder.timestepScale(scale);
  }

  /**
   * Checks that the model fits into memory, with two images of its native size in a row: the memory
   * of the first is still allocated during the second.
   *
   * @param available bytes that the model may use on the CPU
   * @throws dev.sana4j.pipeline.request.RequestException with the needed memory
   */
  public void requireMemory(long available) {
    GenerationRequest two = config.request("an image", "another").build();
    config.checkValues(two, dtype, device);
    if (device.isCpu()) {
      config.checkMemory(two, dtype, available);
    }
  }

  @Override
  public long bytes() {
    return memory.weights();
  }

  @Override
  public long freedBytes() {
    return device.isCpu() ? memory.weights() - memory.mapped() : 0;
  }

  @Override
  public void check(GenerationRequest request) {
    config.check(request, dtype, device, true);
  }

  @Override
  public int steps(GenerationRequest request) {
    return config.steps(request);
  }

  @Override
  public Map<String, String> texts(GenerationRequest request) {
    return new ImageProvenance(
            card.id(),
            dtype.toString(),
            config.assumedTimestepScale(),
            config.sampler().label(),
            request)
        .texts();
  }

  @Override
  public ImageGenerator open() {
    return new PipelineGenerator(card, builder().open());
  }
}
