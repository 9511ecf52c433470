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
 * What the weights of a model take of a machine's memory.
 *
 * @param kept bytes that stay while the model is open: converted weights, and what is derived from
 *     weights
 * @param mapped bytes that are read from the files as they are, and leave memory after the stage of
 *     their part
 */
record WeightMemory(long kept, Map<Part, Long> mapped) {
  /** Weights of the four kernels of 2x2 that repeated pixels need, for a pair of channels. */
  private static final int REPEATED_PIXELS = 16;

  /** Numbers of a kernel of 3x3 for tiles, and of four kernels of 2x2, for a pair of channels. */
  private static final int TILE_3X3 = 36;

  private static final int TILES_2X2 = 4 * 25;

  /** A network's weights in the two ways. */
  private record Split(long kept, long mapped) {}

  /**
   * Of a model on a processor.
   *
   * @param config which model
   * @param dtype what the networks compute in
   * @param controlled whether its ControlNet is used
   * @param pixels that are decoded at once
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
   * Of the text encoder's table only the rows of a text's tokens are read where they are stored.
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

  /** Weights of fewer bits are widened while they are used, others are converted once. */
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
   * Bytes of what the decoder of images makes of its weights once: kernels for repeated pixels, in
   * 8 bits those again, in float32 those of its convolutions of tiles.
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

  /** Of the part that has most in the files. */
  long mostMapped() {
    return mapped.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** Of some parts together. */
  long mapped(Part... parts) {
    return List.of(parts).stream().mapToLong(part -> mapped.getOrDefault(part, 0L)).sum();
  }
}
