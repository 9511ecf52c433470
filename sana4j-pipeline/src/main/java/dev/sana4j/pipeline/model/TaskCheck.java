package dev.sana4j.pipeline.model;

import dev.sana4j.image.MaskBlend;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.InputImage;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import java.util.stream.IntStream;

/** Checks a task before the work starts. */
final class TaskCheck {
  private TaskCheck() {}

  static void require(GenerationRequest request) {
    Task task = request.task();
    task.inputs().forEach(InputImage::pixels); // refuses images without pixels
    if (task instanceof Task.Inpaint inpaint && isBlack(inpaint.mask().pixels())) {
      throw new RequestException(
          "the mask is completely black; paint the areas to regenerate white");
    }
    if (task instanceof Task.Upscale upscale && !upscale.size().equals(request.size())) {
      throw new RequestException(
          "upscaling by "
              + upscale.factor()
              + " results in "
              + upscale.size()
              + ", not "
              + request.size());
    }
  }

  private static boolean isBlack(RgbImage mask) {
    return IntStream.range(0, mask.width() * mask.height())
        .allMatch(pixel -> MaskBlend.level(mask, pixel) == 0);
  }
}
