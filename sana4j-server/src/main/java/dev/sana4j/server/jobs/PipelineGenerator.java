package dev.sana4j.server.jobs;

import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import java.util.List;
import java.util.Map;

/** Images of a model that is in memory. */
public final class PipelineGenerator implements ImageGenerator {
  private final SanaPipeline pipeline;
  private final DType dtype;
  private final Device device;
  private final ModelCard card;

  /**
   * A generator.
   *
   * @param name of the model
   * @param pipeline makes the images; closed with the generator
   * @param dtype it computes in
   * @param device it computes on
   */
  public PipelineGenerator(String name, SanaPipeline pipeline, DType dtype, Device device) {
    this.pipeline = pipeline;
    this.dtype = dtype;
    this.device = device;
    card = ModelCard.of(name, pipeline.config());
  }

  @Override
  public ModelCard card() {
    return card;
  }

  @Override
  public void check(GenerationRequest request) {
    pipeline.config().check(request, dtype, device, true);
  }

  @Override
  public List<RgbImage> generate(List<GenerationRequest> requests, GenerationListener listener) {
    List<GeneratedImage> images =
        requests.size() == 1
            ? pipeline.generate(requests.get(0), listener)
            : pipeline.generateTogether(requests, listener);
    return images.stream().map(GeneratedImage::pixels).toList();
  }

  @Override
  public Map<String, String> texts(GenerationRequest request) {
    return new ImageProvenance(card.id(), dtype.toString(), request).texts();
  }

  @Override
  public void close() {
    pipeline.close();
  }
}
