package dev.sana4j.pipeline.engine;

import dev.sana4j.image.CoverResize;
import dev.sana4j.image.MaskBlend;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;

/** Pixels of the input that a task leaves as they are. */
public final class InpaintComposite {
  private InpaintComposite() {}

  /** What was made, under the pixels outside the mask of inpainting. */
  public static RgbImage kept(GenerationRequest request, RgbImage made) {
    if (!(request.task() instanceof Task.Inpaint task)) {
      return made;
    }
    RgbImage input = CoverResize.apply(task.image().pixels(), request.size());
    RgbImage mask = CoverResize.apply(task.mask().pixels(), request.size());
    return MaskBlend.apply(input, made, mask, task.feather());
  }
}
