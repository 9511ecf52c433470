package dev.sana4j.pipeline.engine;

import dev.sana4j.image.CoverResize;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;

/** Images as tensors: (B, 3, H, W) with values in 0..1. */
public final class Pixels {
  private Pixels() {}

  /**
   * Converts an image to a tensor.
   *
   * @param image on the heap
   * @return (1, 3, H, W) in 0..1, float32, on the CPU
   */
  public static Tensor of(RgbImage image) {
    byte[] rgb = image.shared();
    float[] values = new float[rgb.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (rgb[i] & 0xFF) / 255f;
    }
    return TensorScope.tidy(
        () ->
            Tensors.of(values, 1, image.height(), image.width(), 3)
                .permute(0, 3, 1, 2)
                .contiguous());
  }

  /**
   * Scales images to cover a size, and crops the centre (like diffusers' PixArtImageProcessor).
   *
   * @param images (B, 3, H, W)
   * @param size size of the result
   * @return (B, 3, size.height, size.width)
   */
  public static Tensor resizeAndCrop(Tensor images, ImageSize size) {
    long height = images.size(2);
    long width = images.size(3);
    if (height == size.height() && width == size.width()) {
      return images;
    }
    long[] scaled = covering(height, width, size);
    return TensorScope.tidy(
        () ->
            Functional.resizeBilinear(images, scaled[0], scaled[1])
                .narrow(2, (scaled[0] - size.height()) / 2, size.height())
                .narrow(3, (scaled[1] - size.width()) / 2, size.width()));
  }

  /**
   * Returns height and width of the scaled image; rounding must not make them too small to cover
   * the size.
   */
  static long[] covering(long height, long width, ImageSize size) {
    double ratio = Math.max((double) size.height() / height, (double) size.width() / width);
    return new long[] {
      Math.max(size.height(), (long) (height * ratio)),
      Math.max(size.width(), (long) (width * ratio))
    };
  }

  /**
   * Converts a tensor to an 8-bit image of a size. If the tensor has another size, it is scaled to
   * cover that size, antialiased, and cropped to the centre.
   *
   * @param image (1, 3, H, W); values outside 0..1 are clamped
   * @param size size of the result
   * @return the image on the heap
   */
  public static RgbImage toImage(Tensor image, ImageSize size) {
    return CoverResize.apply(toImage(image), size);
  }

  /**
   * Converts a tensor to an 8-bit image.
   *
   * @param image (1, 3, H, W); values outside 0..1 are clamped
   * @return the image on the heap
   */
  public static RgbImage toImage(Tensor image) {
    byte[] rgb =
        TensorScope.compute(
            () ->
                image
                    .flatten(0, 1)
                    .permute(1, 2, 0) // (H, W, 3)
                    .to(DType.FLOAT32)
                    .clamp(0, 1)
                    .mul(255)
                    .round()
                    .to(DType.UINT8)
                    .toBytes());
    return RgbImage.of(Math.toIntExact(image.size(3)), Math.toIntExact(image.size(2)), rgb);
  }
}
