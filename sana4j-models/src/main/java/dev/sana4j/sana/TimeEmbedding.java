package dev.sana4j.sana;

import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Linear;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Weights;

/** A number (B), a time or a guidance scale, to (B, width): waves and two linear maps. */
final class TimeEmbedding extends Layer<Tensor> {
  private static final int WAVES = 256;

  private final Linear first;
  private final Linear second;
  private final DType dtype;

  TimeEmbedding(Weights weights, int width) {
    first = own(Linear.load(weights.at("linear_1"), WAVES, width));
    second = own(Linear.load(weights.at("linear_2"), width, width));
    dtype = parameters().get(0).dtype();
  }

  @Override
  protected Tensor forward(Tensor numbers) {
    Tensor waves = SinusoidalEmbedding.ofTime(numbers, WAVES).to(dtype);
    return second.apply(Functional.silu(first.apply(waves)));
  }
}
