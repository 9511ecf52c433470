package dev.sana4j.pipeline.model;

import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.DType;

/**
 * The memory of an open model on the CPU.
 *
 * @param weights bytes of the weights and the tokenizer, mapped weights included
 * @param mapped the part of them that is mapped from files, which the system can free at any time
 * @param working bytes in addition for an image of the native size, those of Java and the libraries
 *     included
 */
public record ModelMemory(long weights, long mapped, long working) {

  /**
   * Estimates the memory of a model from its configs and the headers of its weights.
   *
   * @param config the model
   * @param dtype precision of the networks
   * @return the memory
   * @throws dev.sana4j.weights.CheckpointException if weights are missing or damaged
   */
  public static ModelMemory of(ModelConfig config, DType dtype) {
    GenerationRequest request = config.request("an image").build();
    return new ModelMemory(
        MemoryCheck.weights(config, request, dtype),
        MemoryCheck.mapped(config, request, dtype),
        MemoryCheck.working(config, request, dtype));
  }
}
