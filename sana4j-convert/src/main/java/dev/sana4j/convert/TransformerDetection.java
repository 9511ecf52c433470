package dev.sana4j.convert;

import dev.sana4j.files.Remedy;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.sana.PositionEmbedding;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.sana.TransformerConfig;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.CheckpointException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Derives the config of a transformer from the names and shapes of its tensors, the base model
 * folder, the public models and the name of the file. The most reliable source of each value comes
 * first.
 */
final class TransformerDetection {
  private static final String BLOCK = "transformer_blocks.0.";
  private static final int PIXELS = 32; // per latent pixel, for all public autoencoders
  private static final int NATIVE_SIZE = 32;

  /** Heads of self-attention (of width 32) and of cross-attention, by the width of the model. */
  private static final Map<Long, Heads> PUBLIC_HEADS =
      Map.of(1152L, new Heads(36, 16), 2240L, new Heads(70, 20));

  private final OriginalCheckpoint checkpoint;
  private final String name;
  private final NamedTensors tensors;
  private final ConversionSettings settings;
  private final @Nullable SanaConfig base;
  private final long width;

  private record Heads(int self, int cross) {}

  private TransformerDetection(
      OriginalCheckpoint checkpoint,
      Part part,
      String name,
      ConversionSettings settings,
      @Nullable SanaConfig base) {
    this.checkpoint = checkpoint;
    this.name = name.toLowerCase(Locale.ROOT);
    this.tensors = checkpoint.tensors(part);
    this.settings = settings;
    this.width = tensors.size("patch_embed.proj.weight", 0);
    this.base = base != null && base.width() == width ? base : null;
  }

  /**
   * Returns the config.
   *
   * @param part the transformer or the ControlNet
   * @param name name of the file, with or without that of its repository
   * @param folder base model folder, or null
   * @throws CheckpointException if a value cannot be derived or contradicts the settings
   */
  static SanaConfig of(
      OriginalCheckpoint checkpoint,
      Part part,
      String name,
      ConversionSettings settings,
      @Nullable ModelFolder folder) {
    SanaConfig base =
        folder == null || !folder.contains(Part.TRANSFORMER)
            ? null
            : TransformerConfig.open(folder.path(Part.TRANSFORMER)).network();
    return new TransformerDetection(checkpoint, part, name, settings, base).config(part);
  }

  private SanaConfig config(Part part) {
    Variant variant = part == Part.TRANSFORMER ? variant() : Variant.SANA;
    Heads heads = heads();
    int patch = (int) tensors.size("patch_embed.proj.weight", 2);
    double hidden = tensors.size(BLOCK + "ff.conv_inverted.weight", 0) / 2.0;
    return new SanaConfig(
        (int) tensors.size("patch_embed.proj.weight", 1),
        outChannels(patch),
        layers(),
        heads.self(),
        divided("heads", heads.self()),
        heads.cross(),
        divided("cross-heads", heads.cross()),
        (int) tensors.size("caption_projection.linear_1.weight", 1),
        hidden / width,
        tensors.contains(BLOCK + "attn1.to_q.bias"),
        sampleSize(patch),
        patch,
        false,
        1e-6,
        interpolationScale(patch),
        variant == Variant.SPRINT,
        0.1,
        hasNorms(),
        variant.timestepScale());
  }

  /** A ControlNet has no output layer; it has as many channels as the transformer. */
  private int outChannels(int patch) {
    return tensors.contains("proj_out.weight")
        ? (int) (tensors.size("proj_out.weight", 0) / ((long) patch * patch))
        : (int) tensors.size("patch_embed.proj.weight", 1);
  }

  private int layers() {
    int layers = 0;
    while (tensors.contains("transformer_blocks." + layers + ".scale_shift_table")) {
      layers++;
    }
    return layers;
  }

  private boolean hasNorms() {
    return tensors.contains(BLOCK + "attn1.norm_q.weight");
  }

  private Heads heads() {
    Heads known =
        base == null ? PUBLIC_HEADS.get(width) : new Heads(base.heads(), base.crossHeads());
    Integer self = settings.heads();
    Integer cross = settings.crossHeads();
    if (known != null) {
      return new Heads(self == null ? known.self() : self, cross == null ? known.cross() : cross);
    }
    if (self == null || cross == null) {
      throw problem(
              "a transformer of width %d is not a public one; give its heads and cross-heads,"
                      .formatted(width)
                  + " or a base with a transformer of this width")
          .with(Remedy.HEADS);
    }
    return new Heads(self, cross);
  }

  private int divided(String kind, int heads) {
    if (heads < 1 || width % heads != 0) {
      throw problem("%d %s do not divide the width %d".formatted(heads, kind, width));
    }
    return (int) (width / heads);
  }

  private int sampleSize(int patch) {
    if (settings.resolution() != null) {
      int size = settings.resolution() / PIXELS;
      if (size < 1 || settings.resolution() % PIXELS != 0) {
        throw problem("the resolution %d is not a multiple of 32".formatted(settings.resolution()));
      }
      return size;
    }
    if (checkpoint.extras().contains("pos_embed")) {
      var shape = checkpoint.extras().spec("pos_embed").shape();
      if (shape.size() != 3 || shape.get(0) != 1 || shape.get(2) != width) {
        throw problem("'pos_embed' has the shape %s".formatted(shape));
      }
      return patch * PositionEmbedding.side(shape.get(1));
    }
    return base == null ? NATIVE_SIZE : base.sampleSize();
  }

  /** Among the public models, those for 2048 and 4096 pixels have a position embedding. */
  private double interpolationScale(int patch) {
    if (settings.interpolationScale() != null) {
      return settings.interpolationScale();
    }
    if (checkpoint.extras().contains("pos_embed")) {
      try (Tensor positions = checkpoint.extras().tensor("pos_embed")) {
        return PositionEmbedding.interpolationScale(positions)
            .orElseThrow(
                () ->
                    problem(
                            "'pos_embed' is not a sin-cos embedding of positions; give the"
                                + " interpolation scale, 0 for a model without positions")
                        .with(Remedy.INTERPOLATION_SCALE));
      }
    }
    return switch (sampleSize(patch)) {
      case 64 -> 1.0;
      case 128 -> 2.0;
      default -> 0;
    };
  }

  private Variant variant() {
    boolean guided = tensors.contains("time_embed.guidance_embedder.linear_1.weight");
    if (guided || !hasNorms()) {
      return said(guided ? Variant.SPRINT : Variant.SANA);
    }
    Variant asked = settings.variant();
    if (asked != null) {
      return said(asked == Variant.TEACHER ? Variant.TEACHER : Variant.SANA_1_5);
    }
    Variant found = byName();
    if (found == null) {
      found = bySizes();
    }
    if (found == null) {
      throw problem(
              "its tensors fit both SANA 1.5 and a Sprint teacher; name the variant,"
                  + " sana-1.5 or teacher")
          .with(Remedy.VARIANT);
    }
    return found;
  }

  private Variant said(Variant found) {
    Variant asked = settings.variant();
    if (asked != null && asked != found) {
      throw problem("its tensors are those of %s, not of %s".formatted(found, asked));
    }
    return found;
  }

  /** Decides by the name of the file, then by the name of its folder or repository. */
  private @Nullable Variant byName() {
    List<String> names = Arrays.asList(name.split("/"));
    Collections.reverse(names);
    for (String each : names) {
      if (each.contains("teacher")) {
        return Variant.TEACHER;
      }
      if (each.matches(".*sana[-_ ]?1[._]5.*")) {
        return Variant.SANA_1_5;
      }
    }
    return null;
  }

  /**
   * Decides by a base of the same kind, else by the size. With 0.6B only the public teacher
   * normalizes queries and keys; of 4.8B there is only SANA 1.5.
   */
  private @Nullable Variant bySizes() {
    if (base != null && base.qkNorm() && !base.guidanceEmbedding() && base.layers() == layers()) {
      return Variant.of(base);
    }
    if (width == 1152) {
      return Variant.TEACHER;
    }
    return layers() == 60 ? Variant.SANA_1_5 : null;
  }

  private CheckpointException problem(String problem) {
    return new CheckpointException(checkpoint.file() + ": " + problem);
  }
}
