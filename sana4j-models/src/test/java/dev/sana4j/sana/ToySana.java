package dev.sana4j.sana;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import java.util.Arrays;
import java.util.function.Function;

/** A transformer of two blocks and eight channels, and arguments for it. */
final class ToySana {
  static final int TOKENS = 5;
  static final int CAPTION = 6;
  static final SanaConfig PLAIN = config(1, 0, false, false);
  static final SanaConfig SPRINT = config(1, 0, true, true);

  private ToySana() {}

  static SanaConfig config(int patch, double positions, boolean guidance, boolean qkNorm) {
    return config(2, patch, positions, guidance, qkNorm);
  }

  static SanaConfig config(int layers) {
    return config(layers, 1, 0, false, false);
  }

  private static SanaConfig config(
      int layers, int patch, double positions, boolean guidance, boolean qkNorm) {
    return new SanaConfig(
        4, 4, layers, 2, 4, 2, 4, CAPTION, 2.5, false, 4, patch, false, 1e-6, positions, guidance,
        0.1, qkNorm, 1);
  }

  static SanaTransformer transformer(SanaConfig config) {
    return random(1, weights -> new SanaTransformer(weights, config));
  }

  static <T> T random(long seed, Function<Weights, T> network) {
    try (RandomWeights weights = new RandomWeights(seed)) {
      return Weights.load(weights, DType.FLOAT32, Device.CPU, network);
    }
  }

  static Tensor normal(long seed, long... shape) {
    try (Generator generator = new Generator(seed)) {
      return generator.normal(shape);
    }
  }

  /** Different arguments for each sample of a batch; without padding and guidance. */
  static SanaInput input(int batch, long height, long width) {
    float[] times = new float[batch];
    for (int i = 0; i < batch; i++) {
      times[i] = 100 + 300 * i;
    }
    return new SanaInput(
        normal(11, batch, 4, height, width),
        normal(12, batch, TOKENS, CAPTION),
        Tensors.full(1, DType.FLOAT32, Device.CPU, batch, TOKENS),
        Tensors.of(times, batch),
        null,
        null);
  }

  static SanaInput withLatents(SanaInput input, Tensor latents) {
    return new SanaInput(
        latents,
        input.text(),
        input.textMask(),
        input.times(),
        input.guidance(),
        input.residuals());
  }

  static SanaInput withText(SanaInput input, Tensor text, Tensor mask) {
    return new SanaInput(
        input.latents(), text, mask, input.times(), input.guidance(), input.residuals());
  }

  static SanaInput withTimes(SanaInput input, Tensor times) {
    return new SanaInput(
        input.latents(),
        input.text(),
        input.textMask(),
        times,
        input.guidance(),
        input.residuals());
  }

  static SanaInput withGuidance(SanaInput input, double guidance) {
    return new SanaInput(
        input.latents(),
        input.text(),
        input.textMask(),
        input.times(),
        Tensors.full(guidance, DType.FLOAT32, Device.CPU, input.latents().size(0)),
        input.residuals());
  }

  static SanaInput withResiduals(SanaInput input, Tensor residuals) {
    return new SanaInput(
        input.latents(),
        input.text(),
        input.textMask(),
        input.times(),
        input.guidance(),
        residuals);
  }

  /** One sample of a batch. */
  static SanaInput sample(SanaInput input, int index) {
    Tensor guidance = input.guidance();
    return new SanaInput(
        input.latents().narrow(0, index, 1),
        input.text().narrow(0, index, 1),
        input.textMask().narrow(0, index, 1),
        input.times().narrow(0, index, 1),
        guidance == null ? null : guidance.narrow(0, index, 1),
        null);
  }

  /** A (1, TOKENS) mask with padding in the last tokens. */
  static Tensor maskOf(int real) {
    float[] mask = new float[TOKENS];
    Arrays.fill(mask, 0, real, 1);
    return Tensors.of(mask, 1, TOKENS);
  }
}
