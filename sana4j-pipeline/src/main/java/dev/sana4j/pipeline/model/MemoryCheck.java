package dev.sana4j.pipeline.model;

import dev.sana4j.files.ProcessMemory;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;

/** Refuses a request that would not fit into memory, before the work starts. */
final class MemoryCheck {
  /** Java and the libraries before a model is there, as measured. */
  private static final long PROCESS = 440L << 20;

  /** Bytes on the heap for one of {@code tokenizer.json}, as measured. */
  private static final int TOKENIZER = 10;

  /** Copies of the image on the heap while it is encoded as a file. */
  private static final int HEAP_ENCODED = 4;

  /** The same while an image becomes a tensor: it, its mask, both scaled, and floats. */
  private static final int HEAP_DECODED = 8;

  /** Sizes that are tried as advice, each half of the one before. */
  private static final int SMALLER_SIZES = 5;

  private static final double GIB = 1L << 30;

  private final ModelConfig config;
  private final long available;
  private final boolean loaded;

  private MemoryCheck(ModelConfig config, long available, boolean loaded) {
    this.config = config;
    this.available = available;
    this.loaded = loaded;
  }

  /**
   * Refuses what does not fit into the memory that is free.
   *
   * @param config which model
   * @param request what is asked
   * @param dtype what the networks compute in
   * @param loaded whether the model is open: then what stays is there already, and mapped weights
   *     give way to what is computed
   * @throws RequestException naming what is needed, and what would need less
   */
  static void require(ModelConfig config, GenerationRequest request, DType dtype, boolean loaded) {
    if (heap(request) > Runtime.getRuntime().maxMemory()) {
      throw new RequestException(
          "an image of %s needs %d MiB of Java's heap, which may have %d; ask for a smaller size"
              .formatted(
                  request.size(), heap(request) >> 20, Runtime.getRuntime().maxMemory() >> 20));
    }
    refusal(config, request, dtype, loaded, ProcessMemory.available())
        .ifPresent(
            line -> {
              throw new RequestException(line);
            });
  }

  /** Whether an image of the model's own size fits into the memory that is free. */
  static boolean fits(ModelConfig config, DType dtype) {
    GenerationRequest request = config.request("an image").build();
    return peak(config, request, dtype) <= ProcessMemory.available();
  }

  /** One line if a request does not fit into so many bytes. */
  static Optional<String> refusal(
      ModelConfig config, GenerationRequest request, DType dtype, boolean loaded, long available) {
    MemoryCheck check = new MemoryCheck(config, available, loaded);
    long needed = check.needed(request, dtype);
    return needed <= available
        ? Optional.empty()
        : Optional.of(
            "an image of %s in %s needs about %s of memory and %s are free; %s"
                .formatted(
                    request.size(),
                    dtype,
                    gib(needed),
                    gib(available),
                    check.advice(request, dtype)));
  }

  private long needed(GenerationRequest request, DType dtype) {
    return loaded
        ? StageMemory.of(config, request, dtype).most() + heap(request)
        : peak(config, request, dtype);
  }

  /**
   * Bytes that a process has in memory at most, from its start to the end of a request. What was
   * computed in stays with the process for the next image, whose text encoder then comes beside it.
   */
  static long peak(ModelConfig config, GenerationRequest request, DType dtype) {
    WeightMemory weights =
        WeightMemory.of(
            config,
            dtype,
            request.task() instanceof Task.Control,
            StageMemory.decodedAtOnce(config, request, dtype));
    StageMemory stages = StageMemory.of(config, request, dtype);
    long most =
        request.prompts().size() > 1
            ? weights.mostMapped() + stages.most()
            : LongStream.of(
                    weights.mapped(Part.TEXT_ENCODER) + stages.text(),
                    weights.mapped(Part.TRANSFORMER, Part.CONTROLNET) + stages.denoising(),
                    weights.mapped(Part.VAE) + stages.decoding())
                .max()
                .orElseThrow();
    return PROCESS + tokenizer(config) + weights.kept() + most + heap(request);
  }

  private static long tokenizer(ModelConfig config) {
    Path file = config.folder().path(Part.TOKENIZER).resolve("tokenizer.json");
    try {
      return TOKENIZER * Files.size(file);
    } catch (IOException e) {
      return 0; // opening it reports that it is missing
    }
  }

  private static long heap(GenerationRequest request) {
    int images = StageMemory.encodesAnImage(request) ? HEAP_DECODED : HEAP_ENCODED;
    return 3L * request.size().width() * request.size().height() * images;
  }

  /** All that would be enough each alone, the least first; else what is in the way. */
  private String advice(GenerationRequest request, DType dtype) {
    List<Lever> levers = new ArrayList<>();
    if (!loaded) {
      for (DType other : List.of(DType.BFLOAT16, DType.FLOAT32)) {
        if (other != dtype) {
          levers.add(new Lever(other.toString(), needed(request, other)));
        }
      }
    }
    if (request.task() instanceof Task.Upscale) {
      return sentence(levers, "take a smaller image or factor"); // its tiles are small already
    }
    if (!request.tiledDecoding()) {
      levers.add(
          new Lever(
              "tiled decoding", needed(request.toBuilder().tiledDecoding(true).build(), dtype)));
    }
    smaller(request, dtype).ifPresent(levers::add);
    return sentence(levers, otherwise(request, dtype));
  }

  /** Something that takes less memory. */
  private record Lever(String name, long needed) {}

  private String sentence(List<Lever> levers, String otherwise) {
    List<String> enough =
        levers.stream()
            .filter(lever -> lever.needed() <= available)
            .map(lever -> lever.name() + " needs " + gib(lever.needed()))
            .toList();
    return enough.isEmpty() ? otherwise : String.join(", ", enough);
  }

  /** The largest of the halved sizes that fits. */
  private Optional<Lever> smaller(GenerationRequest request, DType dtype) {
    ImageSize size = request.size();
    for (int i = 0; i < SMALLER_SIZES; i++) {
      int step = config.sizeStep();
      size = new ImageSize(halved(size.width(), step), halved(size.height(), step));
      GenerationRequest smaller = request.toBuilder().size(size).build();
      long needed = needed(smaller, dtype);
      if (needed <= available) {
        return Optional.of(new Lever("a size of " + size, needed));
      }
    }
    return Optional.empty();
  }

  private static int halved(int side, int step) {
    return Math.max(step, side / 2 / step * step);
  }

  /** Nothing alone is enough: the weights are too large, or it takes several. */
  private String otherwise(GenerationRequest request, DType dtype) {
    GenerationRequest tiled = request.toBuilder().tiledDecoding(true).build();
    for (DType other : loaded ? List.of(dtype) : List.of(DType.BFLOAT16, DType.FLOAT32, dtype)) {
      Optional<Lever> both = smaller(tiled, other);
      if (both.isPresent()) {
        return both.get().name()
            + " with tiled decoding in "
            + other
            + " needs "
            + gib(both.get().needed());
      }
    }
    return "nothing less is enough for this model; take a smaller one";
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
  }
}
