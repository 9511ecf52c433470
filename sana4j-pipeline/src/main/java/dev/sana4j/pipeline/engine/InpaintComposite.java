package dev.sana4j.pipeline.engine;

import dev.sana4j.image.CoverResize;
import dev.sana4j.image.MaskBlend;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;

/** Restores the pixels of the input image that inpainting must not change. */
public final class InpaintComposite {
  private InpaintComposite() {}

  /**
   * Copies the input pixels outside the mask to a generated image; returns the image unchanged for
   * other tasks.
   */
  public static RgbImage apply(GenerationRequest request, RgbImage made) {
    if (!(request.task() instanceof Task.Inpaint task)) {
      return made;
    }
    RgbImage input = CoverResize.apply(task.image().pixels(), request.size());
    RgbImage mask = CoverResize.apply(task.mask().pixels(), request.size());
    return MaskBlend.apply(input, made, mask, task.feather());
  }
}
