package dev.sana4j.bench;

import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.dcae.AutoencoderConfig.Stages;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.sana.SanaConfig;
import java.util.List;

/** Networks that are small enough to count operations by hand. */
final class ToyNetworks {
  private ToyNetworks() {}

  /** Width 32: 4 heads of 8, 2 cross heads of 16. */
  static SanaConfig transformer() {
    return new SanaConfig(
        4, 4, 1, 4, 8, 2, 16, 24, 2.5, false, 3, 1, false, 1e-6, 0, true, 0.1, true, 1);
  }

  /** A transformer without guidance embedding, with patches of 2 x 2 pixels. */
  static SanaConfig transformerOfPatches() {
    return new SanaConfig(
        4, 8, 2, 4, 8, 2, 16, 24, 2.5, false, 4, 2, false, 1e-6, 0, false, 0.1, true, 1);
  }

  /** Two layers, width 48, 4 query heads and 2 key heads of 8. */
  static GemmaConfig gemma() {
    return new GemmaConfig(
        20, 48, 80, 4, 2, 8, List.of(true, false), 4096, 256, 50, 10_000, 1e-6, false);
  }

  /** Widths 8 and 16 with residual blocks outside, 2 heads of 8 at 2 scales inside. */
  static AutoencoderConfig autoencoder(boolean interpolate, int outerDepth) {
    Stages stages =
        new Stages(
            List.of(8, 16, 16),
            List.of(outerDepth, 2, 1),
            List.of("ResBlock", "ResBlock", "EfficientViTBlock"),
            List.of(List.of(), List.of(), List.of(5)));
    return new AutoencoderConfig(
        3, 4, 8, stages, stages, false, interpolate, true, true, "relu", 1.0);
  }
}
