package dev.sana4j.pipeline.model;

import dev.sana4j.pipeline.request.Offload;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * How a model uses the memory of a GPU.
 *
 * @param text where the text encoder is kept; never {@link Offload#AUTO}
 * @param tiled whether images are decoded in tiles
 * @param peak largest memory of a generation in bytes, {@link #RESERVE} included
 */
public record DevicePlan(Offload text, boolean tiled, long peak) {
  /**
   * Memory in addition to the tensors that a {@link dev.sana4j.tensor.DryRun} counts: the CUDA
   * context, workspace of cuBLAS and cuDNN, and gaps between tensors. Assumed, not measured.
   */
  public static final long RESERVE = 1L << 30;

  /** Everything stays where it is computed. */
  public static final DevicePlan UNLIMITED = new DevicePlan(Offload.NONE, false, 0);

  private static final double GIB = 1L << 30;

  /** In this order. Tiles come last, because they change the image. */
  private static final List<Offload> CHOICES =
      List.of(Offload.NONE, Offload.TEXT_AFTER_USE, Offload.TEXT_ON_CPU);

  /**
   * Returns a plan with its peak.
   *
   * @param sizes memory of the parts
   * @param text where the text encoder is kept, not {@link Offload#AUTO}
   * @param tiled whether images are decoded in tiles
   * @return the plan
   */
  public static DevicePlan of(DeviceSizes sizes, Offload text, boolean tiled) {
    long others = sizes.transformerWeights() + sizes.autoencoderWeights();
    long kept = others + (text == Offload.NONE ? sizes.textWeights() : 0);
    long encoding =
        text == Offload.TEXT_ON_CPU ? 0 : others + sizes.textWeights() + sizes.textWork();
    long decoding = kept + (tiled ? sizes.tileWork() : sizes.decodingWork());
    long most = LongStream.of(encoding, kept + sizes.stepWork(), decoding).max().orElseThrow();
    return new DevicePlan(text, tiled, most + RESERVE);
  }

  /**
   * Chooses the plan with the least effort that fits.
   *
   * @param sizes memory of the parts
   * @param wanted where to keep the text encoder, or {@link Offload#AUTO}
   * @param tiled whether tiles are wanted in any case
   * @param free free bytes of the GPU
   * @return the plan
   * @throws DeviceMemoryException if none fits, with the memory of the smallest
   */
  public static DevicePlan choose(DeviceSizes sizes, Offload wanted, boolean tiled, long free) {
    List<Offload> choices = wanted == Offload.AUTO ? CHOICES : List.of(wanted);
    List<DevicePlan> plans =
        (tiled ? List.of(true) : List.of(false, true))
            .stream()
                .flatMap(tiles -> choices.stream().map(text -> of(sizes, text, tiles)))
                .toList();
    return plans.stream()
        .filter(plan -> plan.peak() <= free)
        .findFirst()
        .orElseThrow(() -> new DeviceMemoryException(refusal(plans, free)));
  }

  private static String refusal(List<DevicePlan> plans, long free) {
    long least = plans.stream().mapToLong(DevicePlan::peak).min().orElseThrow();
    return String.format(
        Locale.ROOT,
        "the image needs at least %.1f GiB of GPU memory, but only %.1f GiB are free; choose a"
            + " smaller size or model, or the CPU",
        least / GIB,
        free / GIB);
  }
}
