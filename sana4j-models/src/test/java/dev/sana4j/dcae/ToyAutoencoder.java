package dev.sana4j.dcae;

import dev.sana4j.dcae.AutoencoderConfig.Stages;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import java.util.List;
import java.util.function.Function;

/** An autoencoder of three stages and compression 4. */
final class ToyAutoencoder {
  static final int LATENT_CHANNELS = 4;

  private ToyAutoencoder() {}

  /** Combines both ways to change the size, and a first stage with or without blocks. */
  static AutoencoderConfig config(boolean shuffle, int firstDepth) {
    Stages stages =
        new Stages(
            List.of(8, 8, 16),
            List.of(firstDepth, 1, 1),
            List.of("ResBlock", "ResBlock", "EfficientViTBlock"),
            List.of(List.of(), List.of(), List.of(3)));
    return new AutoencoderConfig(
        3, LATENT_CHANNELS, 4, stages, stages, shuffle, !shuffle, true, true, "relu", 0.5);
  }

  static Autoencoder random(AutoencoderConfig config) {
    return random(weights -> new Autoencoder(weights, config));
  }

  static <T> T random(Function<Weights, T> network) {
    try (RandomWeights weights = new RandomWeights(1)) {
      return Weights.load(weights, DType.FLOAT32, Device.CPU, network);
    }
  }

  static Tensor normal(long seed, long... shape) {
    try (Generator generator = new Generator(seed)) {
      return generator.normal(shape);
    }
  }
}
