package dev.sana4j.weights;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;

/**
 * Name, type and shape of a tensor, without its elements.
 *
 * @param name the full name in a checkpoint
 * @param dtype the element type
 * @param shape the size of each dimension; empty for a scalar
 */
public record TensorSpec(String name, DType dtype, List<Long> shape) {
  private static final long PIECE_ELEMENTS = 1L << 24;

  /**
   * Describes a tensor.
   *
   * @param name the name of the tensor
   * @param tensor the tensor
   * @return name, dtype and shape
   */
  public static TensorSpec of(String name, Tensor tensor) {
    return new TensorSpec(name, tensor.dtype(), Arrays.stream(tensor.shape()).boxed().toList());
  }

  /**
   * Returns the number of elements.
   *
   * @return the product of the sizes
   */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /**
   * Returns the size of the elements in a file.
   *
   * @return the number of bytes
   */
  public long bytes() {
    return Math.multiplyExact(elements(), (long) dtype.bytes());
  }

  /**
   * Writes the elements in pieces, so that a tensor of any size needs little heap.
   *
   * @param out the stream to write to
   * @param source provides the elements
   * @throws IOException if the elements cannot be written
   * @throws IllegalArgumentException if a piece does not have the requested size and dtype
   */
  public void writeTo(OutputStream out, SafetensorsWriter.Elements source) throws IOException {
    long total = elements();
    for (long start = 0; start < total; start += PIECE_ELEMENTS) {
      long from = start;
      long count = Math.min(PIECE_ELEMENTS, total - start);
      try (Tensor piece = TensorScope.tidy(() -> source.piece(this, from, count))) {
        if (piece.elements() != count || piece.dtype() != dtype) {
          throw new IllegalArgumentException(
              this + ": expected a piece of " + count + " elements in " + dtype + ", got " + piece);
        }
        out.write(piece.toBytes());
      }
    }
  }
}
