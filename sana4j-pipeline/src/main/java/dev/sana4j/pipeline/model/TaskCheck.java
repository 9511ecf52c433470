package dev.sana4j.pipeline.model;

import dev.sana4j.image.MaskBlend;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.InputImage;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import java.util.stream.IntStream;

/** Refuses a task that cannot be done, before the work starts. */
final class TaskCheck {
  private TaskCheck() {}

  static void require(GenerationRequest request) {
    Task task = request.task();
    task.inputs().forEach(InputImage::pixels); // refuses those that are not there
    if (task instanceof Task.Inpaint inpaint && isBlack(inpaint.mask().pixels())) {
      throw new RequestException("the mask is black everywhere; paint the part to repaint white");
    }
    if (task instanceof Task.Upscale upscale && !upscale.size().equals(request.size())) {
      throw new RequestException(
          "the image becomes "
              + upscale.size()
              + " when it is made "
              + upscale.factor()
              + " times as large, not "
              + request.size());
    }
  }

  private static boolean isBlack(RgbImage mask) {
    return IntStream.range(0, mask.width() * mask.height())
        .allMatch(pixel -> MaskBlend.level(mask, pixel) == 0);
  }
}
