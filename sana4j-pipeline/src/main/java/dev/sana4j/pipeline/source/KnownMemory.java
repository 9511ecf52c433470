package dev.sana4j.pipeline.source;

import dev.sana4j.files.ProcessMemory;
import dev.sana4j.hub.HubListener;
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
 * @param least GiB of the smallest setting: 256 pixels with tiled decoding, in the precision that
 *     needs least
 */
public record KnownMemory(double float32, double bfloat16, double int8, double least) {
  private static final double GIB = 1L << 30;

  /** By the number of parameters, the resolution, and the dtype of the stored transformer. */
  private static final Map<String, KnownMemory> TABLE =
      Map.ofEntries(
          Map.entry("0.6B 512 F32", new KnownMemory(5.2, 6.3, 5.4, 5.1)),
          Map.entry("0.6B 1024 F32", new KnownMemory(7.0, 6.3, 7.5, 5.1)),
          Map.entry("0.6B 1024 BF16", new KnownMemory(7.0, 5.2, 7.5, 5.1)),
          Map.entry("1.6B 512 F32", new KnownMemory(7.4, 8.2, 6.4, 6.4)),
          Map.entry("1.6B 1024 F32", new KnownMemory(7.7, 8.2, 8.5, 6.4)),
          Map.entry("1.6B 1024 BF16", new KnownMemory(7.0, 5.2, 8.5, 5.1)),
          Map.entry("1.6B 2048 BF16", new KnownMemory(7.2, 7.1, 11.4, 5.9)),
          Map.entry("1.6B 4096 BF16", new KnownMemory(21.4, 11.3, 15.6, 10.9)),
          Map.entry("4.8B 1024 BF16", new KnownMemory(10.5, 10.6, 11.4, 9.3)));

  /**
   * Returns the memory of a published model.
   *
   * @param model a repository
   * @return the memory; empty for autoencoders, text encoders and ControlNets
   */
  public static Optional<KnownMemory> of(KnownModel model) {
    boolean whole = model.isModel() && model.kind() != KnownModel.Kind.CONTROLNET;
    return whole ? Optional.ofNullable(TABLE.get(key(model))) : Optional.empty();
  }

  private static String key(KnownModel model) {
    return model.parameters() + " " + model.resolution() + (isHalf(model) ? " BF16" : " F32");
  }

  /**
   * Returns whether the transformer is stored in bfloat16.
   *
   * @param model a repository
   * @return true for the model folders of SANA 1.5 and Sprint and those with BF16 in their names;
   *     other models are float32, as far as is known
   */
  public static boolean isHalf(KnownModel model) {
    return model.kind() == KnownModel.Kind.FOLDER
        && model.id().matches(".*(BF16|SANA1\\.5|Sprint).*");
  }

  /**
   * Refuses a published model that needs more memory than is free, whatever the settings; notes
   * that an image of the native size does not fit.
   *
   * @param repository name on the hub
   * @param listener receives the note
   * @throws RequestException if the model does not fit
   */
  public static void require(String repository, HubListener listener) {
    Optional<KnownMemory> known = KnownModel.find(repository).flatMap(KnownMemory::of);
    double free = ProcessMemory.available() / GIB;
    if (known.isEmpty()) {
      return;
    }
    double whole = Math.min(known.get().float32(), known.get().bfloat16());
    if (known.get().least() <= free && whole > free) {
      listener.note(
          String.format(
              Locale.ROOT,
              "an image of the native size needs %.1f GiB of memory, but only %.1f GiB are free;"
                  + " smaller sizes need less",
              whole,
              free));
    }
    if (known.get().least() > free) {
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
