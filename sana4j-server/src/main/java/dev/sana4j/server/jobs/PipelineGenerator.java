package dev.sana4j.server.jobs;

import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.util.List;
import java.util.Map;

/** Generates images with a pipeline. */
public final class PipelineGenerator implements ImageGenerator {
  private final SanaPipeline pipeline;
  private final ModelCard card;

  /**
   * Creates a generator.
   *
   * @param card description of the model
   * @param pipeline generates the images; closed with the generator
   */
  public PipelineGenerator(ModelCard card, SanaPipeline pipeline) {
    this.pipeline = pipeline;
    this.card = card;
  }

  @Override
  public ModelCard card() {
    return card;
  }

  @Override
  public void check(GenerationRequest request) {
    pipeline.check(request);
  }

  @Override
  public int steps(GenerationRequest request) {
    return pipeline.steps(request);
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
    return ImageProvenance.of(pipeline, card.id(), request).texts();
  }

  @Override
  public void close() {
    pipeline.close();
  }
}
