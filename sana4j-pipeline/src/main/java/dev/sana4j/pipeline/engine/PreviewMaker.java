package dev.sana4j.pipeline.engine;

import dev.sana4j.diffusion.StepListener.Step;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationListener.Preview;
import dev.sana4j.pipeline.request.GenerationListener.Previews;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;

/** Sends previews to a listener that wants them. */
public final class PreviewMaker {
  private final SanaModel model;
  private final GenerationListener listener;
  private final Previews wanted;

  public PreviewMaker(SanaModel model, GenerationListener listener) {
    this.model = model;
    this.listener = listener;
    wanted = listener.previews();
  }

  /**
   * Sends the previews of a batch; {@code firstImage} is the index of its first image in the
   * request.
   */
  public void show(Step step, int firstImage) {
    int taken = step.index() + 1;
    if (wanted.every() == 0 || taken % wanted.every() != 0 || taken == step.count()) {
      return;
    }
    for (int i = 0; i < step.denoised().size(0); i++) {
      Tensor denoised = step.denoised();
      int place = i;
      RgbImage pixels =
          TensorScope.compute(
              () ->
                  Pixels.toImage(
                      model.preview(denoised.narrow(0, place, 1), wanted.longestSide())));
      listener.onPreview(new Preview(firstImage + i, taken, step.count(), pixels));
    }
  }
}
