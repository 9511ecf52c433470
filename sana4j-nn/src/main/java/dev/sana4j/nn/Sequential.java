package dev.sana4j.nn;

import dev.sana4j.tensor.Tensor;
import java.util.List;

/** Layers applied one after the other. An intermediate result is freed when the next one exists. */
public final class Sequential extends Layer<Tensor> {
  private final List<Layer<Tensor>> layers;

  /**
   * Creates a chain of layers.
   *
   * @param layers the layers in order; this layer owns them
   */
  public Sequential(List<? extends Layer<Tensor>> layers) {
    this.layers = List.copyOf(layers);
    this.layers.forEach(this::own);
  }

  @Override
  protected Tensor forward(Tensor input) {
    return chain(layers, input);
  }
}
