package dev.sana4j.measure;

import dev.sana4j.clip.ClipConfig;
import dev.sana4j.image.AntialiasedResize;
import dev.sana4j.image.AntialiasedResize.Kernel;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Prepares images for CLIP as {@code preprocessor_config.json} says: resizes the shorter side,
 * antialiased and bicubic, crops the centre and normalizes the channels.
 *
 * @param shorter the shorter side after resizing, in pixels
 * @param crop the side of the central square, in pixels
 * @param mean subtracted from each channel in 0..1
 * @param deviation divides each channel
 */
public record ClipPixels(int shorter, int crop, List<Double> mean, List<Double> deviation) {
  private static final String FILE = "preprocessor_config.json";
  private static final List<Double> MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
  private static final List<Double> DEVIATION = List.of(0.26862954, 0.26130258, 0.27577711);
  private static final int BICUBIC = 3;
  private static final int CHANNELS = 3;
  private static final int MAX_SIDE = 4096;

  /** Checks the values. */
  public ClipPixels {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (crop < 1 || shorter < crop || shorter > MAX_SIDE) {
      throw new CheckpointException(
          FILE + ": a crop of " + crop + " pixels does not fit a shorter side of " + shorter);
    }
    if (mean.size() != CHANNELS
        || deviation.size() != CHANNELS
        || deviation.stream().anyMatch(value -> !(value > 0))) {
      throw new CheckpointException(
          FILE + ": image_mean and image_std must have 3 numbers, those of image_std above 0");
    }
  }

  /**
   * Reads the settings of a model folder.
   *
   * @param folder with {@code preprocessor_config.json}; without it, the values of OpenAI's CLIP
   * @param config the network, whose images have the size of the crop
   * @return the settings
   * @throws CheckpointException if a setting is damaged or not supported
   */
  public static ClipPixels read(Path folder, ClipConfig config) {
    int side = config.imageSize();
    if (!Files.exists(folder.resolve(FILE))) {
      return new ClipPixels(side, side, MEAN, DEVIATION);
    }
    ConfigFile file = ConfigFile.read(folder.resolve(FILE));
    if (file.integer("resample", BICUBIC) != BICUBIC) {
      throw new CheckpointException(FILE + ": resample must be 3 (bicubic)");
    }
    int crop = side(file, "crop_size", "height", side);
    if (crop != side) {
      throw new CheckpointException(
          FILE + ": crop_size " + crop + " is not the image_size " + side + " of the network");
    }
    return new ClipPixels(
        side(file, "size", "shortest_edge", side),
        crop,
        numbers(file, "image_mean", MEAN),
        numbers(file, "image_std", DEVIATION));
  }

  /** Reads a size that older files write as one number. */
  private static int side(ConfigFile file, String key, String part, int absent) {
    if (!file.has(key)) {
      return absent;
    }
    return file.isObject(key) ? file.object(key).integer(part) : file.integer(key);
  }

  private static List<Double> numbers(ConfigFile file, String key, List<Double> absent) {
    return file.has(key) ? file.numbers(key) : absent;
  }

  /**
   * Prepares one image.
   *
   * @param image an image of any size
   * @return (1, 3, crop, crop), float32, on the CPU, owned by the current scope
   */
  public Tensor of(RgbImage image) {
    return TensorScope.tidy(() -> Tensors.of(values(image), 1, CHANNELS, crop, crop));
  }

  private float[] values(RgbImage image) {
    RgbImage resized = AntialiasedResize.apply(image, resized(image), Kernel.BICUBIC);
    byte[] rgb = resized.shared();
    int top = (resized.height() - crop) / 2;
    int left = (resized.width() - crop) / 2;
    int plane = crop * crop;
    float[] values = new float[CHANNELS * plane];
    for (int y = 0; y < crop; y++) {
      for (int x = 0; x < crop; x++) {
        int from = ((top + y) * resized.width() + left + x) * CHANNELS;
        for (int channel = 0; channel < CHANNELS; channel++) {
          double value = (rgb[from + channel] & 0xFF) / 255.0;
          values[channel * plane + y * crop + x] =
              (float) ((value - mean.get(channel)) / deviation.get(channel));
        }
      }
    }
    return values;
  }

  /** Returns the size after resizing; the longer side is rounded down. */
  private ImageSize resized(RgbImage image) {
    int width = image.width();
    int height = image.height();
    return width <= height
        ? new ImageSize(shorter, (int) ((long) shorter * height / width))
        : new ImageSize((int) ((long) shorter * width / height), shorter);
  }
}
