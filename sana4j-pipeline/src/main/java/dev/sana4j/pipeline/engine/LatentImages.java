package dev.sana4j.pipeline.engine;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.dcae.Tiling;
import dev.sana4j.image.RgbImage;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;

/** Encodes images to latents of about unit variance, and decodes such latents to small previews. */
final class LatentImages {
  private final Autoencoder autoencoder;
  private final DType dtype;
  private final Device device;

  /**
   * Uses an autoencoder.
   *
   * @param autoencoder the network
   * @param dtype its precision
   * @param device its device
   */
  LatentImages(Autoencoder autoencoder, DType dtype, Device device) {
    this.autoencoder = autoencoder;
    this.dtype = dtype;
    this.device = device;
  }

  /** Encodes an image to (1, C, h, w), float32. */
  Tensor encode(RgbImage pixels, boolean tiled) {
    return TensorScope.tidy(
        () -> {
          Tensor image = Pixels.of(pixels).mul(2).add(-1);
          Tensor input = image.to(device).to(dtype);
          Tensor latent =
              tiled ? autoencoder.encode(input, Tiling.standard()) : autoencoder.encode(input);
          return latent.to(DType.FLOAT32).mul(autoencoder.config().scalingFactor());
        });
  }

  /**
   * Decodes latents that are averaged to fewer cells, which gives a small version of the image.
   *
   * @param latents (1, C, h, w)
   * @param longestSide of the result, in pixels
   * @return (1, 3, H, W), float32 in 0..1
   */
  Tensor preview(Tensor latents, int longestSide) {
    return TensorScope.tidy(
        () -> {
          int most = Math.max(1, longestSide / autoencoder.config().compression());
          double shrink = Math.min(1, (double) most / Math.max(latents.size(2), latents.size(3)));
          Tensor small =
              averaging(latents.size(2), shrink)
                  .matmul(latents.matmul(averaging(latents.size(3), shrink).transpose(0, 1)));
          Tensor decoded =
              autoencoder.decode(small.to(dtype).div(autoencoder.config().scalingFactor()));
          return decoded.to(DType.FLOAT32).mul(0.5).add(0.5).clamp(0, 1);
        });
  }

  /**
   * Returns a matrix (smaller size, size) in which each row averages the cells that a larger cell
   * covers.
   */
  private Tensor averaging(long size, double shrink) {
    int smaller = (int) Math.max(1, Math.round(size * shrink));
    float[] weights = new float[(int) (smaller * size)];
    double step = (double) size / smaller;
    for (int row = 0; row < smaller; row++) {
      for (int cell = 0; cell < size; cell++) {
        double covered = Math.min(cell + 1, (row + 1) * step) - Math.max(cell, row * step);
        weights[(int) (row * size + cell)] = (float) (Math.max(0, covered) / step);
      }
    }
    return Tensors.of(weights, smaller, size).to(device);
  }
}
