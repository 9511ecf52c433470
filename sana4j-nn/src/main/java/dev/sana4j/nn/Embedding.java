package dev.sana4j.nn;

import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;

/**
 * A table of vectors: int64 indices of any shape to (..., width). The table keeps its stored dtype,
 * because only few rows are read and a converted copy could take gigabytes.
 */
public final class Embedding extends Layer<Tensor> {
  private final Parameter table;

  private Embedding(Parameter table) {
    this.table = own(table);
  }

  /**
   * Reads {@code weight} (rows, width).
   *
   * @param weights the weights to read from
   * @param rows number of vectors
   * @param width size of a vector
   * @return the layer
   */
  public static Embedding load(Weights weights, int rows, int width) {
    return new Embedding(weights.table("weight", rows, width));
  }

  @Override
  protected Tensor forward(Tensor indices) {
    return Functional.embedding(table.value(), indices);
  }
}
