package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Creates tensors from Java arrays, files, constants and other tensors. */
@CheckReturnValue
public final class Tensors {
  private Tensors() {}

  /**
   * Copies a float array.
   *
   * @param values elements in row-major order
   * @param shape the sizes, whose product is the number of values; empty for a scalar
   * @return a float32 tensor on the CPU
   */
  public static Tensor of(float[] values, long... shape) {
    requireCount(values.length, shape);
    Tensor tensor = empty(DType.FLOAT32, Device.CPU, shape);
    tensor.handle().data_ptr_float().put(values);
    return tensor;
  }

  /**
   * Copies a double array.
   *
   * @param values elements in row-major order
   * @param shape the sizes, whose product is the number of values; empty for a scalar
   * @return a float64 tensor on the CPU
   */
  public static Tensor of(double[] values, long... shape) {
    requireCount(values.length, shape);
    Tensor tensor = empty(DType.FLOAT64, Device.CPU, shape);
    tensor.handle().data_ptr_double().put(values);
    return tensor;
  }

  /**
   * Copies a long array.
   *
   * @param values elements in row-major order
   * @param shape the sizes, whose product is the number of values; empty for a scalar
   * @return an int64 tensor on the CPU
   */
  public static Tensor of(long[] values, long... shape) {
    requireCount(values.length, shape);
    Tensor tensor = empty(DType.INT64, Device.CPU, shape);
    tensor.handle().data_ptr_long().put(values);
    return tensor;
  }

  /**
   * Copies an int array.
   *
   * @param values elements in row-major order
   * @param shape the sizes, whose product is the number of values; empty for a scalar
   * @return an int64 tensor on the CPU
   */
  public static Tensor of(int[] values, long... shape) {
    return of(Arrays.stream(values).asLongStream().toArray(), shape);
  }

  private static void requireCount(int count, long[] shape) {
    long product = 1;
    for (long size : shape) {
      product *= size;
    }
    if (product != count) {
      throw new TensorException(count + " values do not fit the shape " + Arrays.toString(shape));
    }
  }

  /**
   * Creates a tensor filled with one value.
   *
   * @param value the value
   * @param dtype the element type
   * @param device the device
   * @param shape the sizes; empty for a scalar
   * @return a new tensor
   */
  public static Tensor full(double value, DType dtype, Device device, long... shape) {
    return TensorHandle.call(
        "fill " + Arrays.toString(shape) + " " + dtype,
        () -> {
          try (Scalar scalar = new Scalar(value)) {
            return torch.full(shape, scalar, NativeArguments.options(dtype, device));
          }
        });
  }

  /**
   * Allocates a tensor without initializing its elements.
   *
   * @param dtype the element type
   * @param device the device
   * @param shape the sizes
   * @return a new tensor with arbitrary elements
   */
  public static Tensor empty(DType dtype, Device device, long... shape) {
    return TensorHandle.call(
        "allocate " + Arrays.toString(shape) + " " + dtype,
        () ->
            torch.empty(shape, NativeArguments.options(dtype, device), NativeArguments.ANY_FORMAT));
  }

  /**
   * Creates a tensor of zeros.
   *
   * @param dtype the element type
   * @param device the device
   * @param shape the sizes
   * @return a new tensor
   */
  public static Tensor zeros(DType dtype, Device device, long... shape) {
    return full(0, dtype, device, shape);
  }

  /**
   * Creates a vector of the integers 0, 1, ... below a count.
   *
   * @param count the number of elements
   * @param dtype the element type
   * @param device the device
   * @return a vector
   */
  public static Tensor range(long count, DType dtype, Device device) {
    return TensorHandle.call(
        "range " + count,
        () -> {
          try (Scalar end = new Scalar(count)) {
            return torch.arange(end, NativeArguments.options(dtype, device));
          }
        });
  }

  /**
   * Maps a file of any size into memory. Pages are read on first access. Changing the tensor does
   * not change the file. The file must not shrink while the tensor or a view of it is open.
   *
   * @param file a regular file
   * @param bytes number of bytes to map, at most the file's size
   * @return a uint8 vector
   */
  public static Tensor mapFile(Path file, long bytes) {
    return TensorHandle.call(
        "map " + file,
        () -> {
          try (BoolOptional shared = new BoolOptional(false);
              LongOptional size = new LongOptional(bytes)) {
            return torch.from_file(
                file.toAbsolutePath().toString(),
                shared,
                size,
                NativeArguments.options(DType.UINT8, Device.CPU));
          }
        });
  }

  /**
   * Concatenates tensors along a dimension.
   *
   * @param tensors at least one tensor
   * @param dimension the dimension
   * @return a new tensor
   */
  public static Tensor cat(List<Tensor> tensors, int dimension) {
    return join("cat", tensors, vector -> torch.cat(vector, dimension));
  }

  /**
   * Stacks tensors of one shape along a new dimension.
   *
   * @param tensors at least one tensor
   * @param dimension the position of the new dimension
   * @return a new tensor
   */
  public static Tensor stack(List<Tensor> tensors, int dimension) {
    return join("stack", tensors, vector -> torch.stack(vector, dimension));
  }

  private static Tensor join(
      String operation,
      List<Tensor> tensors,
      Function<TensorVector, org.bytedeco.pytorch.Tensor> body) {
    return TensorHandle.call(
        operation,
        () -> {
          var handles =
              tensors.stream().map(Tensor::handle).toArray(org.bytedeco.pytorch.Tensor[]::new);
          try (TensorVector vector = new TensorVector(handles)) {
            return body.apply(vector);
          }
        },
        tensors.toArray(Tensor[]::new));
  }
}
