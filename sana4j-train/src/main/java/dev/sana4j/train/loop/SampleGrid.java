package dev.sana4j.train.loop;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.engine.Pixels;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The pictures that a network in training makes of some prompts. */
public final class SampleGrid {
  private SampleGrid() {}

  /**
   * What is needed beside the network.
   *
   * @param autoencoder a {@code vae/} folder
   * @param prompts one a picture
   * @param resolution side of a picture, in pixels
   * @param dtype of the network
   * @param device where it is
   */
  public record Settings(
      Path autoencoder, List<String> prompts, int resolution, DType dtype, Device device) {}

  /** Makes latents (1, C, side, side) of a prompt, of unit deviation. */
  public interface LatentSampler {
    Tensor sample(String prompt, int index, int side);
  }

  public static List<RgbImage> of(Settings settings, LatentSampler sampler) {
    DType dtype = settings.dtype() == DType.BFLOAT16 ? DType.BFLOAT16 : DType.FLOAT32;
    List<RgbImage> images = new ArrayList<>();
    try (Autoencoder autoencoder =
        Autoencoder.open(settings.autoencoder(), dtype, settings.device())) {
      int side = settings.resolution() / autoencoder.config().compression();
      for (int i = 0; i < settings.prompts().size(); i++) {
        int index = i;
        images.add(
            TensorScope.<RgbImage>confine(
                () ->
                    image(
                        autoencoder,
                        dtype,
                        sampler.sample(settings.prompts().get(index), index, side))));
      }
    }
    return images;
  }

  private static RgbImage image(Autoencoder autoencoder, DType dtype, Tensor latents) {
    Tensor decoded =
        autoencoder.decode(latents.div(autoencoder.config().scalingFactor()).to(dtype));
    return Pixels.toImage(decoded.to(DType.FLOAT32).mul(0.5).add(0.5).clamp(0, 1));
  }
}
