package dev.sana4j.gemma;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import java.util.List;

/** A Gemma with sixteen channels and twenty tokens. */
final class ToyGemma {
  private ToyGemma() {}

  static GemmaConfig config(List<Boolean> slidingLayers, int window, double softCap) {
    return new GemmaConfig(
        20, 16, 24, 4, 2, 4, slidingLayers, window, 4, softCap, 100, 1e-6, false);
  }

  static GemmaEncoder random(GemmaConfig config) {
    try (RandomWeights weights = new RandomWeights(1)) {
      return Weights.load(weights, DType.FLOAT32, Device.CPU, w -> new GemmaEncoder(w, config));
    }
  }

  /** One prompt without padding. */
  static GemmaEncoder.Input prompt(int... ids) {
    return padded(ids.length, ids);
  }

  /** One prompt in which only the first tokens are not padding. */
  static GemmaEncoder.Input padded(int real, int... ids) {
    float[] mask = new float[ids.length];
    for (int i = 0; i < real; i++) {
      mask[i] = 1;
    }
    return new GemmaEncoder.Input(Tensors.of(ids, 1, ids.length), Tensors.of(mask, 1, ids.length));
  }

  /** Two prompts of one length in a batch. */
  static GemmaEncoder.Input both(GemmaEncoder.Input first, GemmaEncoder.Input second) {
    return new GemmaEncoder.Input(
        Tensors.cat(List.of(first.ids(), second.ids()), 0),
        Tensors.cat(List.of(first.mask(), second.mask()), 0));
  }

  /** The states of the first tokens. */
  static Tensor first(Tensor states, int count) {
    return states.narrow(1, 0, count);
  }
}
