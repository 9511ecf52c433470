package dev.sana4j.pipeline.engine;

import dev.sana4j.diffusion.LatentEdit;
import dev.sana4j.diffusion.Sampler;
import dev.sana4j.image.CoverResize;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.MaskBlend;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * The input image of a request as latents.
 *
 * @param clean (1, C, h, w), float32, of about unit variance
 * @param repainted (1, 1, h, w), 1 for cells to regenerate and 0 for cells to keep; null to
 *     regenerate all
 */
public record TaskLatents(Tensor clean, @Nullable Tensor repainted) {

  /**
   * Encodes the input image of a request; null without an input image, and for upscaling, which
   * encodes tiles.
   */
  static @Nullable TaskLatents of(
      GenerationRequest request, ModelConfig config, LatentImages images, Device device) {
    if (!request.task().editsImage() || request.task() instanceof Task.Upscale) {
      return null;
    }
    ImageSize size = config.workingSize(request);
    RgbImage image = request.task().inputs().get(0).pixels();
    Tensor clean =
        images.encode(CoverResize.framed(image, request.size(), size), request.tiledDecoding());
    if (!(request.task() instanceof Task.Inpaint task)) {
      return new TaskLatents(clean, null);
    }
    RgbImage mask = CoverResize.framed(task.mask().pixels(), request.size(), size);
    int compression = config.autoencoder().compression();
    return new TaskLatents(clean, TensorScope.tidy(() -> cells(mask, compression).to(device)));
  }

  /**
   * Returns the mask per cell. A cell is regenerated if any of its pixels is, because it encodes
   * all of them.
   */
  public static Tensor cells(RgbImage mask, int compression) {
    int columns = mask.width() / compression;
    int rows = mask.height() / compression;
    float[] cells = new float[columns * rows];
    for (int i = 0; i < mask.width() * mask.height(); i++) {
      if (MaskBlend.level(mask, i) > 0) {
        int row = i / mask.width() / compression;
        cells[row * columns + i % mask.width() / compression] = 1;
      }
    }
    return Tensors.of(cells, 1, 1, rows, columns);
  }

  /**
   * Returns the start of sampling.
   *
   * @param sampler the sampler
   * @param strength how much of the image changes
   * @param noise (B, C, h, w), standard normal
   * @return the image with noise of the first step's level; after each step, kept cells are reset
   *     to the image with the same noise at that step's level
   */
  Sampler.Start start(Sampler sampler, double strength, Tensor noise) {
    int index = sampler.firstStep(strength);
    Tensor latents = sampler.noised(index, clean, noise);
    Tensor free = repainted;
    if (free == null) {
      return new Sampler.Start(index, latents, LatentEdit.NONE);
    }
    LatentEdit hold =
        (next, made) -> {
          Tensor held = sampler.noised(next, clean, noise);
          return held.add(made.sub(held).mul(free));
        };
    return new Sampler.Start(index, latents, hold);
  }
}
