package dev.sana4j.bench;

import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.DType;

/**
 * The plan of a measurement: one image of a model on the CPU.
 *
 * @param model name of the model
 * @param config configs of the model
 * @param dtype precision of its networks
 * @param request for one image without tiled decoding
 * @param warmRuns number of images after the first, 1 to 1000
 * @param baseline whether to measure the plain execution too
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
   * Checks the plan.
   *
   * @throws RequestException if there are several images, tiles, or no warm run
   */
  public PipelinePlan {
    if (warmRuns < 1 || warmRuns > MOST_RUNS) {
      throw new RequestException("runs " + warmRuns + " is not between 1 and " + MOST_RUNS);
    }
    if (request.images() != 1 || request.tiledDecoding()) {
      throw new RequestException("only a single image without tiled decoding can be measured");
    }
  }

  /** Returns the plan for the plain execution, which does not support 8-bit products. */
  PipelinePlan inPlainOrder() {
    DType plain = dtype == DType.INT8 ? DType.BFLOAT16 : dtype;
    return new PipelinePlan(model, config, plain, request, warmRuns, baseline);
  }
}
