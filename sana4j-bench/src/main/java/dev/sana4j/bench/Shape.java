package dev.sana4j.bench;

import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.dcae.AutoencoderConfig.Stages;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.tensor.DType;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * A named network with its input.
 *
 * @param name name of the shape
 * @param multiple size of the whole network relative to the workload; time and operations are
 *     multiplied by it
 * @param note explains the numbers
 * @param workload creates the workload for a dtype
 */
public record Shape(String name, double multiple, String note, Function<DType, Workload> workload) {
  private static final int GEMMA_BLOCKS_RUN = 2;
  private static final int GEMMA_ROWS = 1000;

  /**
   * Returns all shapes.
   *
   * @return parts of a 1024 px and of a 512 px generation, and a training step
   */
  public static List<Shape> all() {
    return List.of(
        new Shape(
            "dit-block-1024",
            1,
            "one of the 20 blocks of Sprint 1.6B: 32 x 32 tokens, 300 text tokens",
            dtype -> Workload.sanaBlock(SanaConfig.sprint1600m(), 32, 300, dtype)),
        new Shape(
            "dcae-decode-512",
            1,
            "DC-AE f32c32: latent (1, 32, 16, 16) to 512 x 512 pixels",
            dtype -> Workload.decode(decoderOfF32c32(), 16, dtype)),
        gemma(),
        new Shape(
            "train-step-192",
            1,
            "forward and gradients: width 192, 8 blocks, 64 tokens, 16 text tokens, batch 32 in"
                + " parts side by side",
            dtype -> Workload.trainingStep(smallBase(), 32, 16, dtype)));
  }

  private static SanaConfig smallBase() {
    return new SanaConfig(
        32, 32, 8, 6, 32, 4, 48, 192, 2.5, false, 8, 1, false, 1e-6, 0, false, 0.1, true, 0.001);
  }

  private static Shape gemma() {
    GemmaConfig whole = GemmaConfig.gemma2b();
    return new Shape(
        "gemma-300-tokens",
        (double) whole.layers() / GEMMA_BLOCKS_RUN,
        String.format(
            "Gemma-2-2B: %d of its %d identical blocks run, ms and GFLOP scaled to %d; a table of"
                + " %d rows",
            GEMMA_BLOCKS_RUN, whole.layers(), whole.layers(), GEMMA_ROWS),
        dtype -> Workload.gemma(firstBlocks(whole), 300, dtype));
  }

  /**
   * Returns the shape with a name.
   *
   * @param name as in {@link #all}
   * @return the shape
   * @throws IllegalArgumentException with the existing names
   */
  public static Shape named(String name) {
    return all().stream()
        .filter(shape -> shape.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown shape '"
                        + name
                        + "'; use "
                        + String.join(", ", all().stream().map(Shape::name).toList())));
  }

  /** Returns one sliding and one full block with a small table; the other blocks are identical. */
  private static GemmaConfig firstBlocks(GemmaConfig whole) {
    return new GemmaConfig(
        GEMMA_ROWS,
        whole.width(),
        whole.feedForward(),
        whole.heads(),
        whole.keyValueHeads(),
        whole.headWidth(),
        whole.slidingLayers().subList(0, GEMMA_BLOCKS_RUN),
        whole.slidingWindow(),
        whole.queryScale(),
        whole.softCap(),
        whole.ropeTheta(),
        whole.normEps(),
        whole.attentionBias());
  }

  /** Returns a config with the unchanged decoder; the encoder is tiny, since it is never run. */
  private static AutoencoderConfig decoderOfF32c32() {
    AutoencoderConfig whole = AutoencoderConfig.f32c32();
    int count = whole.encoder().widths().size();
    Stages tiny =
        new Stages(
            Collections.nCopies(count, whole.latentChannels()),
            Collections.nCopies(count, 1),
            Collections.nCopies(count, "ResBlock"),
            Collections.nCopies(count, List.of()));
    return new AutoencoderConfig(
        whole.imageChannels(),
        whole.latentChannels(),
        whole.headWidth(),
        tiny,
        whole.decoder(),
        whole.pixelUnshuffle(),
        whole.interpolate(),
        whole.encoderShortcut(),
        whole.decoderShortcut(),
        whole.finalActivation(),
        whole.scalingFactor());
  }
}
