package dev.sana4j.bench;

import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.DType;

/**
 * What is measured: one image of a model on the processor.
 *
 * @param model its name
 * @param config which model
 * @param dtype what its networks compute in
 * @param request for one image, decoded whole
 * @param warmRuns how many images are made after the first, 1 to 1000
 * @param baseline whether to make them again in the plain order of the reference
 */
public record PipelinePlan(
    String model,
    ModelConfig config,
    DType dtype,
    GenerationRequest request,
    int warmRuns,
    boolean baseline) {
  private static final int MOST_RUNS = 1000;

  /**
   * Refuses what cannot be measured.
   *
   * @throws RequestException if there are several images, tiles, or no warm run
   */
  public PipelinePlan {
    if (warmRuns < 1 || warmRuns > MOST_RUNS) {
      throw new RequestException("runs " + warmRuns + " is not between 1 and " + MOST_RUNS);
    }
    if (request.images() != 1 || request.tiledDecoding()) {
      throw new RequestException("one image that is decoded whole is measured");
    }
  }

  /** The same in the plain order of the reference, which has no 8-bit products. */
  PipelinePlan inPlainOrder() {
    DType plain = dtype == DType.INT8 ? DType.BFLOAT16 : dtype;
    return new PipelinePlan(model, config, plain, request, warmRuns, baseline);
  }
}
