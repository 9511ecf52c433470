package dev.sana4j.convert;

import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.dcae.AutoencoderConfig.Stages;
import dev.sana4j.files.Remedy;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Derives the config of an autoencoder from the names and shapes of its tensors. */
final class AutoencoderDetection {
  private static final AutoencoderConfig PUBLIC = AutoencoderConfig.f32c32();

  private final Path file;
  private final NamedTensors tensors;

  private final @Nullable AutoencoderConfig base;

  private AutoencoderDetection(OriginalCheckpoint checkpoint, @Nullable AutoencoderConfig base) {
    this.file = checkpoint.file();
    this.tensors = checkpoint.tensors(Part.VAE);
    this.base = base;
  }

  /**
   * Returns the config.
   *
   * @param folder model folder named as base; if its autoencoder has the same sizes, its scaling
   *     factor is used
   * @throws CheckpointException if a value cannot be derived
   */
  static AutoencoderConfig of(
      OriginalCheckpoint checkpoint, ConversionSettings settings, @Nullable ModelFolder folder) {
    AutoencoderConfig base =
        folder == null
            ? null
            : AutoencoderConfig.read(ConfigFile.read(folder.path(Part.VAE).resolve("config.json")));
    return new AutoencoderDetection(checkpoint, base).config(settings);
  }

  private AutoencoderConfig config(ConversionSettings settings) {
    Stages encoder = stages("encoder", "down_blocks");
    Stages decoder = stages("decoder", "up_blocks");
    String input = "encoder.conv_in" + inner(encoder) + ".weight";
    AutoencoderConfig found =
        new AutoencoderConfig(
            (int) tensors.size(input, 1),
            (int) tensors.size("encoder.conv_out.weight", 0),
            headWidth(),
            encoder,
            decoder,
            isUnshuffled(encoder),
            isInterpolated(decoder, tensors.size(input, 1)),
            true,
            true,
            "relu",
            PUBLIC.scalingFactor());
    return found.withScalingFactor(scalingFactor(found, settings));
  }

  private static String inner(Stages stages) {
    return stages.depths().get(0) > 0 ? "" : ".conv";
  }

  /**
   * Returns the stages from the image towards the latent; a decoder's stage begins with the
   * convolution that enlarges.
   */
  private Stages stages(String half, String blocks) {
    List<Integer> widths = new ArrayList<>();
    List<Integer> depths = new ArrayList<>();
    List<String> types = new ArrayList<>();
    List<List<Integer>> scales = new ArrayList<>();
    for (int stage = 0; stage < count(half, blocks); stage++) {
      String prefix = half + "." + blocks + "." + stage + ".";
      int first = tensors.contains(prefix + "0.conv.weight") ? 1 : 0;
      int depth = depth(prefix, first);
      boolean attends = tensors.contains(prefix + first + ".attn.to_q.weight");
      depths.add(depth);
      types.add(attends ? "EfficientViTBlock" : "ResBlock");
      widths.add(depth == 0 ? 0 : width(prefix + first, attends));
      scales.add(scales(prefix + first));
    }
    if (depths.get(0) == 0 && widths.size() > 1) {
      widths.set(0, widths.get(1)); // a first stage without blocks has no tensors
    }
    return new Stages(widths, depths, types, scales);
  }

  private int count(String half, String blocks) {
    int last = 0;
    for (String name : tensors.names()) {
      String[] words = name.split("\\.", 4);
      if (words.length == 4 && words[0].equals(half) && words[1].equals(blocks)) {
        last = Math.max(last, Integer.parseInt(words[2]));
      }
    }
    return last + 1;
  }

  private int depth(String prefix, int first) {
    int depth = 0;
    while (tensors.contains(prefix + (first + depth) + ".conv1.weight")
        || tensors.contains(prefix + (first + depth) + ".attn.to_q.weight")) {
      depth++;
    }
    return depth;
  }

  private int width(String block, boolean attends) {
    return (int) tensors.size(block + (attends ? ".attn.to_out.weight" : ".conv1.weight"), 0);
  }

  private List<Integer> scales(String block) {
    List<Integer> kernels = new ArrayList<>();
    String scale = block + ".attn.to_qkv_multiscale.%d.proj_in.weight";
    while (tensors.contains(scale.formatted(kernels.size()))) {
      kernels.add((int) tensors.size(scale.formatted(kernels.size()), 2));
    }
    return kernels;
  }

  /** Each group of a grouped convolution reads the channels of one head. */
  private int headWidth() {
    return tensors.names().stream()
        .filter(name -> name.endsWith(".to_qkv_multiscale.0.proj_out.weight"))
        .findFirst()
        .map(name -> (int) tensors.size(name, 1))
        .orElse(base == null ? PUBLIC.headWidth() : base.headWidth());
  }

  /** The convolution outputs a quarter of the channels if pixels are moved to channels. */
  private boolean isUnshuffled(Stages encoder) {
    int depth = encoder.depths().get(0);
    String convolution =
        depth > 0
            ? "encoder.down_blocks.0." + depth + ".conv.weight"
            : "encoder.conv_in.conv.weight";
    return tensors.size(convolution, 0) != encoder.widths().get(1);
  }

  private boolean isInterpolated(Stages decoder, long imageChannels) {
    return decoder.depths().get(0) > 0
        ? tensors.size("decoder.up_blocks.0.0.conv.weight", 0) == decoder.widths().get(0)
        : tensors.size("decoder.conv_out.conv.weight", 0) == imageChannels;
  }

  private double scalingFactor(AutoencoderConfig found, ConversionSettings settings) {
    if (settings.scalingFactor() != null) {
      return settings.scalingFactor();
    }
    if (base != null && sizes(base).equals(sizes(found))) {
      return base.scalingFactor();
    }
    if (found.equals(PUBLIC)) {
      return PUBLIC.scalingFactor();
    }
    throw problem(
            "an autoencoder of these sizes is not one of the public ones; give its scaling factor,"
                + " or a base with an autoencoder of the same sizes")
        .with(Remedy.SCALING_FACTOR);
  }

  /**
   * Returns the sizes that tensors determine: without the factor and the width of a first stage
   * without blocks.
   */
  private static List<Object> sizes(AutoencoderConfig config) {
    return List.of(
        config.imageChannels(),
        config.latentChannels(),
        sizes(config.encoder()),
        sizes(config.decoder()),
        config.pixelUnshuffle(),
        config.interpolate());
  }

  private static List<Object> sizes(Stages stages) {
    int first = stages.depths().get(0) > 0 ? 0 : 1;
    return List.of(
        stages.widths().subList(first, stages.widths().size()),
        stages.depths(),
        stages.blockTypes().subList(first, stages.blockTypes().size()),
        stages.scales());
  }

  private CheckpointException problem(String problem) {
    return new CheckpointException(file + ": " + problem);
  }
}
