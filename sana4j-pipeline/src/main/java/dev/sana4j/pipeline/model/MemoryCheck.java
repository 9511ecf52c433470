package dev.sana4j.pipeline.model;

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

/** Checks before the work starts that a request fits into memory. */
final class MemoryCheck {
  /** Memory of Java and the libraries before a model is loaded, measured. */
  private static final long PROCESS = 440L << 20;

  /** Heap bytes per byte of {@code tokenizer.json}, measured. */
  private static final int TOKENIZER = 10;

  /** Copies of the image on the heap while it is encoded to a file. */
  private static final int HEAP_ENCODED = 4;

  /** Copies while an image is converted to a tensor: image, mask, both scaled, and floats. */
  private static final int HEAP_DECODED = 8;

  /** Number of smaller sizes that are tried for the advice, each half of the previous one. */
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
   * Checks that a request fits into memory.
   *
   * @param config the model
   * @param request the request
   * @param dtype precision of the networks
   * @param loaded whether the model is open; then permanent data is already allocated, and mapped
   *     weights can be evicted
   * @param available free memory in bytes
   * @throws RequestException with the needed memory, and settings that need less
   */
  static void require(
      ModelConfig config, GenerationRequest request, DType dtype, boolean loaded, long available) {
    if (heap(request) > Runtime.getRuntime().maxMemory()) {
      throw new RequestException(
          ("an image of %s needs %d MiB of the Java heap, but the limit is %d MiB; choose a smaller"
                  + " size")
              .formatted(
                  request.size(), heap(request) >> 20, Runtime.getRuntime().maxMemory() >> 20));
    }
    refusal(config, request, dtype, loaded, available)
        .ifPresent(
            line -> {
              throw new RequestException(line);
            });
  }

  /** Returns whether an image of the native size fits into the available bytes. */
  static boolean fits(ModelConfig config, DType dtype, long available) {
    GenerationRequest request = config.request("an image").build();
    return peak(config, request, dtype) <= available;
  }

  /** Returns one line if a request does not fit into the available bytes. */
  static Optional<String> refusal(
      ModelConfig config, GenerationRequest request, DType dtype, boolean loaded, long available) {
    MemoryCheck check = new MemoryCheck(config, available, loaded);
    long needed = check.needed(request, dtype);
    return needed <= available
        ? Optional.empty()
        : Optional.of(
            "an image of %s in %s needs about %s of memory, but only %s are free; %s"
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
   * Returns the peak memory of a process in bytes, from its start to the end of a request. Memory
   * of computations stays allocated for the next image, in addition to the text encoder of that
   * image.
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

  /** Returns the memory of the weights and the tokenizer of an open model in bytes. */
  static long weights(ModelConfig config, GenerationRequest request, DType dtype) {
    WeightMemory weights = uncontrolled(config, request, dtype);
    return tokenizer(config) + weights.kept() + weights.allMapped();
  }

  /** Returns the memory of the weights of an open model that are mapped from files, in bytes. */
  static long mapped(ModelConfig config, GenerationRequest request, DType dtype) {
    return uncontrolled(config, request, dtype).allMapped();
  }

  private static WeightMemory uncontrolled(
      ModelConfig config, GenerationRequest request, DType dtype) {
    return WeightMemory.of(config, dtype, false, StageMemory.decodedAtOnce(config, request, dtype));
  }

  /** Returns the memory of a process for a request in bytes, without weights. */
  static long working(ModelConfig config, GenerationRequest request, DType dtype) {
    return PROCESS + StageMemory.of(config, request, dtype).most() + heap(request);
  }

  private static long tokenizer(ModelConfig config) {
    Path file = config.folder().path(Part.TOKENIZER).resolve("tokenizer.json");
    try {
      return TOKENIZER * Files.size(file);
    } catch (IOException e) {
      return 0; // opening the model reports a missing file
    }
  }

  private static long heap(GenerationRequest request) {
    int images = StageMemory.encodesAnImage(request) ? HEAP_DECODED : HEAP_ENCODED;
    return 3L * request.size().width() * request.size().height() * images;
  }

  /** Returns all single changes that suffice, smallest change first; otherwise a combination. */
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
      return sentence(levers, "choose a smaller image or factor"); // the tiles are already small
    }
    if (!request.tiledDecoding()) {
      levers.add(
          new Lever(
              "tiled decoding", needed(request.toBuilder().tiledDecoding(true).build(), dtype)));
    }
    smaller(request, dtype).ifPresent(levers::add);
    return sentence(levers, otherwise(request, dtype));
  }

  /** A change that needs less memory. */
  private record Lever(String name, long needed) {}

  private String sentence(List<Lever> levers, String otherwise) {
    List<String> enough =
        levers.stream()
            .filter(lever -> lever.needed() <= available)
            .map(lever -> lever.name() + " needs " + gib(lever.needed()))
            .toList();
    return enough.isEmpty() ? otherwise : String.join(", ", enough);
  }

  /** Returns the largest halved size that fits. */
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

  /** Returns the advice if no single change suffices. */
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
    return "no setting is small enough for this model; choose a smaller model";
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
  }
}
