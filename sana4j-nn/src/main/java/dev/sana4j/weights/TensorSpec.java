package dev.sana4j.weights;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;

/**
 * What a tensor is, without its elements.
 *
 * @param name full path in a checkpoint
 * @param dtype element type
 * @param shape sizes; none for a scalar
 */
public record TensorSpec(String name, DType dtype, List<Long> shape) {
  private static final long PIECE_ELEMENTS = 1L << 24;

  /**
   * That of a tensor.
   *
   * @param name its name
   * @param tensor what it is of
   * @return name, dtype and shape
   */
  public static TensorSpec of(String name, Tensor tensor) {
    return new TensorSpec(name, tensor.dtype(), Arrays.stream(tensor.shape()).boxed().toList());
  }

  /**
   * How many elements there are.
   *
   * @return the product of the sizes
   */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /**
   * What the elements take in a file.
   *
   * @return bytes
   */
  public long bytes() {
    return Math.multiplyExact(elements(), (long) dtype.bytes());
  }

  /**
   * Writes the elements in pieces, so that a tensor of any size needs little heap.
   *
   * @param out where to
   * @param source gives them
   * @throws IOException if they cannot be written
   * @throws IllegalArgumentException if a piece has another size or dtype than was asked for
   */
  public void writeTo(OutputStream out, SafetensorsWriter.Elements source) throws IOException {
    long total = elements();
    for (long start = 0; start < total; start += PIECE_ELEMENTS) {
      long from = start;
      long count = Math.min(PIECE_ELEMENTS, total - start);
      try (Tensor piece = TensorScope.tidy(() -> source.piece(this, from, count))) {
        if (piece.elements() != count || piece.dtype() != dtype) {
          throw new IllegalArgumentException(
              this + ": " + count + " elements were asked for, got " + piece);
        }
        out.write(piece.toBytes());
      }
    }
  }
}
