package dev.sana4j.train.loop;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.diffusion.Denoiser;
import dev.sana4j.diffusion.Sampler;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.engine.DenoiserFactory;
import dev.sana4j.pipeline.engine.Pixels;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.train.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The images that a network in training generates for some prompts. */
public final class SampleGrid {
  private SampleGrid() {}

  /**
   * Inputs of a grid in addition to the network.
   *
   * @param autoencoder a {@code vae/} folder
   * @param prompts one per image
   * @param resolution side of an image, in pixels
   * @param seed of the training
   * @param sampler makes latents
   */
  public record Settings(
      Path autoencoder, List<String> prompts, int resolution, long seed, Sampler sampler) {}

  /**
   * Makes the images.
   *
   * @param settings prompts and sizes
   * @param networks the network in training, and where it is
   * @param denoiser of a prompt
   * @return one image per prompt
   */
  public static List<RgbImage> of(
      Settings settings, DenoiserFactory networks, Function<String, Denoiser> denoiser) {
    SanaTransformer network = networks.transformer();
    DType dtype = network.dtype() == DType.BFLOAT16 ? DType.BFLOAT16 : DType.FLOAT32;
    List<RgbImage> images = new ArrayList<>();
    try (Autoencoder autoencoder =
        Autoencoder.open(settings.autoencoder(), dtype, networks.device())) {
      long side = settings.resolution() / autoencoder.config().compression();
      long[] shape = {1, network.config().inChannels(), side, side};
      for (int i = 0; i < settings.prompts().size(); i++) {
        String prompt = settings.prompts().get(i);
        try (Generator generator = new Generator(Seeds.of(settings.seed(), i, "sample"))) {
          images.add(
              TensorScope.<RgbImage>compute(
                  () -> {
                    Tensor noise = generator.normal(shape).to(networks.device());
                    Tensor latents =
                        settings
                            .sampler()
                            .sample(
                                denoiser.apply(prompt),
                                noise,
                                () -> generator.normal(shape).to(networks.device()),
                                step -> true);
                    return image(autoencoder, dtype, latents);
                  }));
        }
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
