package dev.sana4j.emoji.evaluate;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneRenderer;
import dev.sana4j.emoji.scene.Sprites;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.objective.ReconstructionLoss;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How well an autoencoder reconstructs real scenes of all kinds.
 *
 * @param images number of images
 * @param psnr the mean over images of the peak signal-to-noise ratio of each, in dB
 * @param psnrOfMean the peak signal-to-noise ratio of the mean squared error of all images, in dB;
 *     never above {@code psnr}
 * @param ssim the mean of the structural similarity, 1 for equal images
 * @param dtype dtype of the computation
 * @param seconds duration of the measurement
 */
public record AutoencoderQuality(
    int images, double psnr, double psnrOfMean, double ssim, String dtype, double seconds) {
  /** A compromise between precision and time. */
  private static final int IMAGES = 200;

  private static final String CONFIG = "config.json";

  /**
   * Measures an autoencoder.
   *
   * @param folder a model folder, or its {@code vae/}
   * @param dtype dtype of the computation
   * @param device device of the computation
   * @param prompts objects, seed, size, shapes and split of the scenes; other settings are ignored
   * @param listener receives the progress
   * @return its quality
   * @throws EvaluationException if the folder contains no autoencoder, or the size does not fit it
   */
  public static AutoencoderQuality measure(
      Path folder,
      DType dtype,
      Device device,
      EvaluationOptions.Prompts prompts,
      EvaluationListener listener) {
    Path part =
        Files.exists(folder.resolve("vae").resolve(CONFIG)) ? folder.resolve("vae") : folder;
    if (!Files.exists(part.resolve(CONFIG))) {
      throw new EvaluationException(
          folder + " contains no autoencoder; name a model folder or its vae/ folder");
    }
    Sprites sprites = Sprites.load();
    List<Scene> scenes = new ExamScenes(sprites.objects(prompts.objects()), prompts).mixed(IMAGES);
    try (Autoencoder network = Autoencoder.open(part, dtype, device)) {
      return measure(network, dtype, device, new Real(scenes, sprites, prompts.side()), listener);
    }
  }

  /** Real images, drawn from scenes. */
  private record Real(List<Scene> scenes, Sprites sprites, int side) {
    void check(int multiple) {
      for (Scene scene : scenes) {
        ImageSize size = scene.shape().size(side);
        if (size.width() % multiple != 0 || size.height() % multiple != 0) {
          throw new EvaluationException(
              "the autoencoder needs sides that are multiples of %d, not %s"
                  .formatted(multiple, size));
        }
      }
    }
  }

  private static AutoencoderQuality measure(
      Autoencoder network, DType dtype, Device device, Real real, EvaluationListener listener) {
    real.check(network.config().compression());
    long start = System.nanoTime();
    var renderer = new SceneRenderer(real.sprites());
    double error = 0;
    double psnr = 0;
    double ssim = 0;
    int count = real.scenes().size();
    for (int i = 0; i < count; i++) {
      Scene scene = real.scenes().get(i);
      RgbImage image = renderer.render(scene, scene.shape().size(real.side()));
      double[] figures = figures(network, image, dtype, device);
      error += figures[0] / count;
      psnr += ReconstructionLoss.psnr(figures[0]) / count;
      ssim += figures[1] / count;
      listener.progress("autoencoder", i + 1, count);
    }
    return new AutoencoderQuality(
        count,
        psnr,
        ReconstructionLoss.psnr(error),
        ssim,
        dtype.toString(),
        (System.nanoTime() - start) / 1e9);
  }

  /** Returns the squared error and the structural similarity of one image. */
  private static double[] figures(Autoencoder network, RgbImage image, DType dtype, Device device) {
    float[] pixels = new float[3 * image.width() * image.height()];
    ScorerKind.COLOUR.see(image, pixels, 0);
    return Libtorch.noGrad(
        () ->
            TensorScope.<double[]>compute(
                () -> {
                  Tensor whole = Tensors.of(pixels, 1, 3, image.height(), image.width()).to(device);
                  Tensor back = network.decode(network.encode(whole.to(dtype))).to(DType.FLOAT32);
                  return new double[] {
                    ReconstructionLoss.squaredError(back, whole).item(),
                    ReconstructionLoss.ssim(back.clamp(-1, 1), whole).item()
                  };
                }));
  }
}
