package dev.sana4j.pipeline.source;

import dev.sana4j.files.ProcessMemory;
import dev.sana4j.hub.KnownModel;
import dev.sana4j.pipeline.request.RequestException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The memory that an image of a published model needs, known before the model is downloaded. A test
 * compares the values with those that a request is checked with once the model is on the disk.
 *
 * @param float32 GiB in float32 at the native size
 * @param bfloat16 GiB in bfloat16 at the native size
 * @param int8 GiB in int8 at the native size
 * @param least GiB of the smallest setting: 256 pixels with tiled decoding in the best precision
 */
public record KnownMemory(double float32, double bfloat16, double int8, double least) {
  private static final double GIB = 1L << 30;

  /** By the number of parameters, the resolution, and the dtype of the stored transformer. */
  private static final Map<String, KnownMemory> TABLE = Map.of();

  /**
   * Returns the memory of a published model.
   *
   * @param model a repository
   * @return the memory; empty for autoencoders, text encoders and ControlNets
   */
  public static Optional<KnownMemory> of(KnownModel model) {
    return Optional.ofNullable(TABLE.get(key(model)));
  }

  private static String key(KnownModel model) {
    boolean half =
        model.kind() == KnownModel.Kind.FOLDER && model.id().matches(".*(BF16|SANA1\\.5|Sprint).*");
    return model.parameters() + " " + model.resolution() + (half ? " BF16" : " F32");
  }

  /** Refuses a published model that needs more memory than is free, whatever the settings. */
  static void require(String repository) {
    Optional<KnownMemory> known = KnownModel.find(repository).flatMap(KnownMemory::of);
    double free = ProcessMemory.available() / GIB;
    if (known.isPresent() && known.get().least() > free) {
      throw new RequestException(
          String.format(
              Locale.ROOT,
              "%s needs at least %.1f GiB of memory, but only %.1f GiB are free; choose a smaller"
                  + " model",
              repository,
              known.get().least(),
              free));
    }
  }
}
