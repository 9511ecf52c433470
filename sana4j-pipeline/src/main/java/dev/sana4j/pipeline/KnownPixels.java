package dev.sana4j.pipeline;

import dev.sana4j.image.CoverResize;
import dev.sana4j.image.MaskBlend;
import dev.sana4j.image.RgbImage;

/** Pixels of the input that a task leaves as they are. */
final class KnownPixels {
  private KnownPixels() {}

  /** What was made, under the pixels outside the mask of inpainting. */
  static RgbImage kept(GenerationRequest request, RgbImage made) {
    if (!(request.task() instanceof Task.Inpaint task)) {
      return made;
    }
    RgbImage input = CoverResize.apply(task.image().pixels(), request.size());
    RgbImage mask = CoverResize.apply(task.mask().pixels(), request.size());
    return MaskBlend.apply(input, made, mask, task.feather());
  }
}
