package dev.sana4j.pipeline.model;

import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.folder.ModelFolder.PartContents;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Winograd;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The memory of a model's weights.
 *
 * @param kept bytes that stay allocated while the model is open: converted and derived weights
 * @param mapped bytes that are mapped from the files and released after the stage of their part
 */
record WeightMemory(long kept, Map<Part, Long> mapped) {
  /** Weights of the four kernels of 2x2 that repeated pixels need, for a pair of channels. */
  private static final int REPEATED_PIXELS = 16;

  /** Numbers of a kernel of 3x3 for tiles, and of four kernels of 2x2, for a pair of channels. */
  private static final int TILE_3X3 = 36;

  private static final int TILES_2X2 = 4 * 25;

  /** The bytes of a network's weights that are kept and mapped. */
  private record Split(long kept, long mapped) {}

  /**
   * Returns the memory of a model on the CPU.
   *
   * @param config the model
   * @param dtype precision of the networks
   * @param controlled whether its ControlNet is used
   * @param pixels number of pixels that are decoded at a time
   * @throws dev.sana4j.weights.CheckpointException if weights are missing
   */
  static WeightMemory of(ModelConfig config, DType dtype, boolean controlled, long pixels) {
    DType around = NetworkDtypes.encoderDtype(dtype);
    DType denoiser = NetworkDtypes.transformer(dtype);
    List<PartContents> forAround = config.folder().contents(around);
    List<PartContents> forDenoiser = config.folder().contents(denoiser);
    Map<Part, Long> mapped = new EnumMap<>(Part.class);
    long kept = derived(config, dtype, pixels);
    for (int i = 0; i < forAround.size(); i++) {
      Part part = forAround.get(i).part();
      if (part != Part.CONTROLNET || controlled) {
        boolean denoises = part == Part.TRANSFORMER || part == Part.CONTROLNET;
        PartContents contents = (denoises ? forDenoiser : forAround).get(i);
        DType floating = denoises ? denoiser : around;
        Split split = split(config, contents, dtype == DType.INT8 ? dtype : floating);
        kept += split.kept();
        mapped.merge(part, split.mapped(), Long::sum);
      }
    }
    return new WeightMemory(kept, mapped);
  }

  private static Split split(ModelConfig config, PartContents part, DType dtype) {
    boolean quantized = part.bytesByDtype().containsKey("I8");
    long kept = 0;
    long mapped = 0;
    for (Map.Entry<String, Long> stored : part.bytesByDtype().entrySet()) {
      boolean isMapped = isMapped(stored.getKey(), dtype) || quantized;
      if (isMapped) {
        mapped += stored.getValue();
      } else {
        kept += stored.getValue() / bytes(stored.getKey()) * dtype.bytes();
        // Convolutions are rounded when an image is decoded, from where they are stored.
        mapped += dtype == DType.INT8 && part.part() == Part.VAE ? stored.getValue() : 0;
      }
    }
    return part.part() == Part.TEXT_ENCODER
        ? withoutTable(config, part, dtype, new Split(kept, mapped))
        : new Split(kept, mapped);
  }

  /**
   * Subtracts the embedding table of the text encoder, of which only the rows of the prompt's
   * tokens are read.
   */
  private static Split withoutTable(
      ModelConfig config, PartContents part, DType dtype, Split whole) {
    long table = (long) config.textEncoder().vocabulary() * config.textEncoder().width();
    if (whole.mapped() > whole.kept()) {
      String stored =
          part.bytesByDtype().entrySet().stream()
              .filter(entry -> !entry.getKey().equals("I8"))
              .max(Map.Entry.comparingByValue())
              .orElseThrow()
              .getKey();
      return new Split(whole.kept(), Math.max(0, whole.mapped() - table * bytes(stored)));
    }
    return dtype == DType.INT8
        ? new Split(Math.max(0, whole.kept() - table), whole.mapped())
        : whole;
  }

  /**
   * Returns whether stored weights can be mapped: those with fewer bits are widened when used,
   * others are converted once.
   */
  private static boolean isMapped(String stored, DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> List.of("F32", "BF16", "F16", "I8").contains(stored);
      case BFLOAT16 -> List.of("BF16", "I8").contains(stored);
      case FLOAT16 -> stored.equals("F16");
      default -> false;
    };
  }

  private static int bytes(String stored) {
    return switch (stored) {
      case "BF16", "F16", "I16", "U16" -> 2;
      case "F64", "I64", "U64" -> 8;
      case "I8", "U8", "BOOL" -> 1;
      default -> 4;
    };
  }

  /**
   * Returns the bytes of weights that the decoder derives once: kernels for repeated pixels, their
   * 8-bit versions, and in float32 the kernels of tiled convolutions.
   */
  static long derived(ModelConfig config, DType dtype, long pixels) {
    DType around = NetworkDtypes.encoderDtype(dtype);
    boolean tiled = around == DType.FLOAT32;
    AutoencoderConfig.Stages stages = config.autoencoder().decoder();
    long bytes = 0;
    for (int stage = 0; stage < stages.widths().size(); stage++) {
      long width = stages.widths().get(stage);
      long here = pixels >> (2 * stage);
      if (tiled
          && stages.blockTypes().get(stage).equals("ResBlock")
          && Winograd.suits(here, width, width)) {
        bytes += stages.depths().get(stage) * 2 * width * width * TILE_3X3 * Float.BYTES;
      }
      if (stage > 0 && config.autoencoder().interpolate()) {
        long made = stages.widths().get(stage - 1);
        long pairs = width * made;
        bytes += pairs * REPEATED_PIXELS * around.bytes();
        bytes += dtype == DType.INT8 ? pairs * REPEATED_PIXELS : 0;
        boolean ofTiles = tiled && Winograd.suits(here, width, 4 * made);
        bytes += ofTiles ? pairs * TILES_2X2 * Float.BYTES : 0;
      }
    }
    return bytes;
  }

  /** Returns the mapped bytes of the largest part. */
  long mostMapped() {
    return mapped.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** Returns the mapped bytes of all parts. */
  long allMapped() {
    return mapped.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the mapped bytes of several parts. */
  long mapped(Part... parts) {
    return List.of(parts).stream().mapToLong(part -> mapped.getOrDefault(part, 0L)).sum();
  }
}
