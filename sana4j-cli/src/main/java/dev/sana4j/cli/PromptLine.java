package dev.sana4j.cli;

import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.LoraChoice;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One image of a list of prompts. A null value is not given; the options of the command apply.
 *
 * @param number number of the line, from 1
 * @param prompt the prompt
 * @param negative the negative prompt
 * @param seed the seed
 * @param size the size of the image
 * @param steps number of steps
 * @param guidance guidance scale
 * @param output name of the file, relative to the folder of the images
 * @param image input image
 * @param mask mask of the input image
 * @param strength how much the input image changes
 * @param adapters LoRA adapters
 */
record PromptLine(
    long number,
    @Nullable String prompt,
    @Nullable String negative,
    @Nullable Long seed,
    @Nullable ImageSize size,
    @Nullable Integer steps,
    @Nullable Double guidance,
    @Nullable String output,
    @Nullable Path image,
    @Nullable Path mask,
    @Nullable Double strength,
    @Nullable List<LoraChoice> adapters) {

  /** Returns a line with nothing but a prompt. */
  static PromptLine of(long number, String prompt) {
    return new PromptLine(
        number, prompt, null, null, null, null, null, null, null, null, null, null);
  }

  /** Sets the values of this line, except for its input images. */
  void set(GenerationRequest.Builder builder) {
    if (prompt != null) {
      builder.prompts(List.of(prompt));
    }
    if (negative != null) {
      builder.negativePrompt(negative);
    }
    if (seed != null) {
      builder.seed(seed);
    }
    if (size != null) {
      builder.size(size);
    }
    if (steps != null) {
      builder.steps(steps);
    }
    if (guidance != null) {
      builder.guidance(guidance);
    }
    if (adapters != null) {
      builder.adapters(adapters);
    }
  }
}
