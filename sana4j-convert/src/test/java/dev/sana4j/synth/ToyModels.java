package dev.sana4j.synth;

import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.dcae.AutoencoderConfig.Stages;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.tensor.Libtorch;
import java.util.Collections;
import java.util.List;

/** Models as deep as the public ones and a few channels wide, for images of 16 x 16 pixels. */
public final class ToyModels {
  private static final int TEXT = 16;
  private static final int LATENT = 4;

  static {
    // Tensors this small are computed faster by one thread, much faster on a busy machine.
    Libtorch.threads(1);
  }

  public static final SyntheticModel FLOW = model(1024, TEXT, transformer(), autoencoder());
  public static final SyntheticModel TEACHER =
      model(1024, TEXT, transformer().teacher(), autoencoder());
  public static final SyntheticModel SPRINT =
      model(1024, TEXT, transformer().student(), autoencoder());

  private ToyModels() {}

  static SyntheticModel model(
      int vocabulary, int textWidth, SanaConfig transformer, AutoencoderConfig autoencoder) {
    GemmaConfig text =
        new GemmaConfig(
            vocabulary,
            textWidth,
            2 * TEXT,
            4,
            2,
            8,
            Collections.nCopies(26, true),
            64,
            8,
            50,
            10_000,
            1e-6,
            false);
    return new SyntheticModel(text, transformer, autoencoder);
  }

  static SanaConfig transformer() {
    return new SanaConfig(
        LATENT, LATENT, 20, 4, 8, 2, 16, TEXT, 2.5, false, 4, 1, false, 1e-6, 0, false, 0.1, true,
        1);
  }

  /** Returns an autoencoder with three stages and compression 4. */
  static AutoencoderConfig autoencoder() {
    Stages stages =
        new Stages(
            List.of(8, 16, 32),
            List.of(1, 2, 2),
            List.of("ResBlock", "ResBlock", "EfficientViTBlock"),
            List.of(List.of(), List.of(), List.of(5)));
    return new AutoencoderConfig(
        3, LATENT, 8, stages, stages, false, true, true, true, "relu", 0.41407);
  }
}
