package dev.sana4j.gemma;

import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;

/**
 * Gemma's root-mean-square normalization: x / rms(x) * (1 + weight), computed and returned in
 * float32.
 */
final class GemmaNorm extends Layer<Tensor> {
  private final Parameter weight;
  private final double eps;

  GemmaNorm(Weights weights, GemmaConfig config) {
    weight = own(weights.parameter("weight", config.width()));
    eps = config.normEps();
  }

  @Override
  protected Tensor forward(Tensor input) {
    Tensor scale = weight.value().to(DType.FLOAT32).add(1);
    return Functional.rmsNorm(input.to(DType.FLOAT32), scale, eps);
  }
}
