package dev.sana4j.clip;

import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigCheck;
import dev.sana4j.weights.ConfigFile;
import java.util.List;

/**
 * The sizes of a CLIP network, as in the {@code config.json} of transformers.
 *
 * @param text the sizes of the text tower
 * @param image the sizes of the image tower
 * @param vocabulary number of tokens
 * @param positions maximum number of tokens of a text
 * @param imageSize side of the square input images in pixels
 * @param patchSize side of a patch in pixels
 * @param projection size of the vectors that are compared
 */
public record ClipConfig(
    Tower text,
    Tower image,
    int vocabulary,
    int positions,
    int imageSize,
    int patchSize,
    int projection) {
  private static final ConfigCheck CHECK = new ConfigCheck("CLIP config");
  private static final int CHANNELS = 3;
  private static final int MAX_PATCHES = 1 << 16;

  /** The activation functions of the public models. */
  public enum Activation {
    /** x * sigmoid(1.702 x). */
    QUICK_GELU,
    /** The Gaussian error linear unit. */
    GELU
  }

  /**
   * The sizes of one tower.
   *
   * @param width size of a hidden state
   * @param feedForward width inside the feed-forward block
   * @param layers number of blocks
   * @param heads number of attention heads; divides {@code width}
   * @param activation the activation function
   * @param normEps a small number added to the variance
   */
  public record Tower(
      int width, int feedForward, int layers, int heads, Activation activation, double normEps) {
    /** Checks the sizes. */
    public Tower {
      CHECK.positive("hidden_size", width);
      CHECK.positive("intermediate_size", feedForward);
      CHECK.positive("num_hidden_layers", layers);
      CHECK.positive("num_attention_heads", heads);
      CHECK.positive("layer_norm_eps", normEps);
      CHECK.require(
          width % heads == 0,
          "hidden_size " + width + " is not a multiple of num_attention_heads " + heads);
    }
  }

  /** Checks the sizes. */
  public ClipConfig {
    CHECK.positive("vocab_size", vocabulary);
    CHECK.require(positions >= 2, "max_position_embeddings " + positions + " is less than 2");
    CHECK.positive("patch_size", patchSize);
    CHECK.positive("projection_dim", projection);
    CHECK.require(
        imageSize >= patchSize
            && (long) imageSize / patchSize * (imageSize / patchSize) < MAX_PATCHES,
        "image_size " + imageSize + " does not fit patch_size " + patchSize);
  }

  /**
   * Returns the number of patches of an image.
   *
   * @return rows times columns
   */
  public int patches() {
    return (imageSize / patchSize) * (imageSize / patchSize);
  }

  /**
   * Reads {@code config.json}. Missing values have the defaults of transformers, as its newer
   * versions do not write them.
   *
   * @param config the file
   * @return the sizes
   * @throws CheckpointException if a value has the wrong type or is not supported
   */
  public static ClipConfig read(ConfigFile config) {
    String type = config.text("model_type", "clip");
    CHECK.require(type.equals("clip"), "model_type " + type + " is not clip");
    Part text = Part.of(config, "text");
    Part image = Part.of(config, "vision");
    int channels = image.integer("num_channels", CHANNELS);
    CHECK.require(channels == CHANNELS, "num_channels " + channels + " is not 3");
    return new ClipConfig(
        text.tower(512, 2048, 8),
        image.tower(768, 3072, 12),
        text.integer("vocab_size", 49_408),
        text.integer("max_position_embeddings", 77),
        image.integer("image_size", 224),
        image.integer("patch_size", 32),
        config.integer("projection_dim", 512));
  }

  /** The settings of a tower. Older files repeat them in {@code NAME_config_dict}, which wins. */
  private record Part(List<ConfigFile> files) {
    static Part of(ConfigFile config, String name) {
      return new Part(
          List.of(name + "_config_dict", name + "_config").stream()
              .filter(config::has)
              .map(config::object)
              .toList());
    }

    private ConfigFile with(String key, ConfigFile absent) {
      return files.stream().filter(file -> file.has(key)).findFirst().orElse(absent);
    }

    int integer(String key, int absent) {
      return files.isEmpty() ? absent : with(key, files.get(0)).integer(key, absent);
    }

    Tower tower(int width, int feedForward, int heads) {
      String activation = files.isEmpty() ? "quick_gelu" : text("hidden_act", "quick_gelu");
      return new Tower(
          integer("hidden_size", width),
          integer("intermediate_size", feedForward),
          integer("num_hidden_layers", 12),
          integer("num_attention_heads", heads),
          activation(activation),
          files.isEmpty()
              ? 1e-5
              : with("layer_norm_eps", files.get(0)).number("layer_norm_eps", 1e-5));
    }

    private String text(String key, String absent) {
      return with(key, files.get(0)).text(key, absent);
    }
  }

  private static Activation activation(String name) {
    return switch (name) {
      case "quick_gelu" -> Activation.QUICK_GELU;
      case "gelu" -> Activation.GELU;
      default ->
          throw new CheckpointException("CLIP config: hidden_act " + name + " is not supported");
    };
  }

  /**
   * Returns the sizes of the public ViT-B/32 (151 million parameters).
   *
   * @return the config
   */
  public static ClipConfig vitB32() {
    return new ClipConfig(
        new Tower(512, 2048, 12, 8, Activation.QUICK_GELU, 1e-5),
        new Tower(768, 3072, 12, 12, Activation.QUICK_GELU, 1e-5),
        49_408,
        77,
        224,
        32,
        512);
  }

  /**
   * Returns the sizes of the public ViT-L/14 (428 million parameters).
   *
   * @return the config
   */
  public static ClipConfig vitL14() {
    return new ClipConfig(
        new Tower(768, 3072, 12, 12, Activation.QUICK_GELU, 1e-5),
        new Tower(1024, 4096, 24, 16, Activation.QUICK_GELU, 1e-5),
        49_408,
        77,
        224,
        14,
        768);
  }
}
