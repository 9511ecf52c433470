package dev.sana4j.weights;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
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
}
