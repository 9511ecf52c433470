package dev.sana4j.measure.run;

import dev.sana4j.image.RgbImage;
import dev.sana4j.measure.MeasureException;
import dev.sana4j.objective.ReconstructionLoss;
import dev.sana4j.pipeline.engine.Pixels;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;

/**
 * How similar two images of one size are.
 *
 * @param psnr the peak signal-to-noise ratio in dB, at most 106
 * @param ssim the structural similarity, 1 for equal images
 */
record PairedQuality(double psnr, double ssim) {

  static PairedQuality of(String id, RgbImage image, RgbImage reference) {
    if (!image.size().equals(reference.size())) {
      throw new MeasureException(
          "the image %s has %s pixels and its reference %s; PSNR and SSIM need equal sizes"
              .formatted(id, image.size(), reference.size()));
    }
    return Libtorch.noGrad(
        () ->
            TensorScope.<PairedQuality>compute(
                () -> {
                  Tensor made = Pixels.of(image).mul(2).add(-1);
                  Tensor right = Pixels.of(reference).mul(2).add(-1);
                  double error = ReconstructionLoss.squaredError(made, right).item();
                  return new PairedQuality(
                      ReconstructionLoss.psnr(error), ReconstructionLoss.ssim(made, right).item());
                }));
  }
}
