package dev.sana4j.clip;

import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;

/** Layer normalization of the last dimension, with scale and offset. */
final class ClipNorm extends Layer<Tensor> {
  private final Parameter weight;
  private final Parameter bias;
  private final double eps;

  ClipNorm(Weights weights, ClipConfig.Tower tower) {
    weight = own(weights.parameter("weight", tower.width()));
    bias = own(weights.parameter("bias", tower.width()));
    eps = tower.normEps();
  }

  @Override
  protected Tensor forward(Tensor input) {
    Tensor normalized = Functional.layerNorm(input, eps);
    return Functional.multiplyAdd(bias.value(), normalized, weight.value());
  }
}
