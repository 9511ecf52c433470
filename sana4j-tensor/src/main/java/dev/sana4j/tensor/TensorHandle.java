package dev.sana4j.tensor;

import java.util.Arrays;
import java.util.function.Function;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** Ownership and basic properties of a tensor. Its operations are in {@link Tensor}. */
abstract sealed class TensorHandle implements AutoCloseable permits TensorLayout {
  private final org.bytedeco.pytorch.Tensor nativeTensor;
  private final LiveTensors.@Nullable Birth birth;
  private final @Nullable MetaMemory memory;
  private @Nullable TensorScope owner;
  private boolean closed;

  TensorHandle(org.bytedeco.pytorch.Tensor nativeTensor) {
    this.nativeTensor = nativeTensor;
    this.birth = LiveTensors.born();
    this.memory = DryRun.born(nativeTensor);
  }

  /** A call into libtorch that creates a tensor. */
  interface NativeCall {
    org.bytedeco.pytorch.Tensor run();
  }

  /**
   * Runs a native call. The current scope owns the result; errors become {@link TensorException}s.
   */
  static Tensor call(String operation, NativeCall body, Tensor... operands) {
    Libtorch.load();
    for (Tensor operand : operands) {
      operand.handle();
    }
    DryRun.requireOneDevice(operation, operands);
    try {
      return TensorScope.adopt(new Tensor(body.run()));
    } catch (RuntimeException e) {
      throw TensorException.translate(operation, e, operands);
    }
  }

  /** Runs a native call with this tensor as its only operand. */
  final Tensor unary(
      String operation, Function<org.bytedeco.pytorch.Tensor, org.bytedeco.pytorch.Tensor> body) {
    return call(operation, () -> body.apply(handle()), (Tensor) this);
  }

  final org.bytedeco.pytorch.Tensor handle() {
    if (closed) {
      throw new IllegalStateException("the tensor is closed", birth);
    }
    return nativeTensor;
  }

  final @Nullable TensorScope owner() {
    return owner;
  }

  final void moveTo(@Nullable TensorScope scope) {
    owner = scope;
  }

  /**
   * Frees the handle. The memory is freed with the last handle on it. Closing twice has no effect.
   */
  @Override
  public final void close() {
    if (!closed) {
      closed = true;
      owner = null;
      nativeTensor.close();
      if (memory != null) {
        memory.release();
      }
      LiveTensors.died(birth);
    }
  }

  /**
   * Returns the size of each dimension.
   *
   * @return a new array
   */
  public final long[] shape() {
    return handle().shape();
  }

  /**
   * Returns the size of one dimension.
   *
   * @param dimension from 0; negative values count from the end, -1 being the last
   * @return the size
   * @throws TensorException if the dimension does not exist
   */
  public final long size(int dimension) {
    int index = dimension < 0 ? dimension + rank() : dimension;
    if (index < 0 || index >= rank()) {
      throw new TensorException("dimension " + dimension + " of " + this + " does not exist");
    }
    return handle().size(index);
  }

  /**
   * Returns the number of dimensions.
   *
   * @return 0 for a scalar
   */
  public final int rank() {
    return (int) handle().dim();
  }

  /**
   * Returns the number of elements.
   *
   * @return the product of the shape
   */
  public final long elements() {
    return handle().numel();
  }

  /**
   * Returns the element type.
   *
   * @return the dtype
   */
  public final DType dtype() {
    return DType.of(handle().scalar_type());
  }

  /**
   * Returns the device that holds the elements.
   *
   * @return the device
   */
  public final Device device() {
    try (org.bytedeco.pytorch.Device device = handle().device();
        BytePointer name = device.str()) {
      int index = device.has_index() ? device.index() : 0;
      return new Device(name.getString().split(":", 2)[0], index);
    }
  }

  /**
   * Copies the elements into a float array, in row-major order. Works for any device and dtype.
   *
   * @return a new array
   */
  public final float[] toFloats() {
    return TensorScope.compute(
        () -> {
          Tensor dense = dense(DType.FLOAT32);
          float[] values = new float[Math.toIntExact(dense.elements())];
          dense.handle().data_ptr_float().get(values);
          return values;
        });
  }

  /**
   * Copies the elements into a double array, in row-major order.
   *
   * @return a new array
   */
  public final double[] toDoubles() {
    return TensorScope.compute(
        () -> {
          Tensor dense = dense(DType.FLOAT64);
          double[] values = new double[Math.toIntExact(dense.elements())];
          dense.handle().data_ptr_double().get(values);
          return values;
        });
  }

  /**
   * Copies the elements into a long array, in row-major order.
   *
   * @return a new array
   */
  public final long[] toLongs() {
    return TensorScope.compute(
        () -> {
          Tensor dense = dense(DType.INT64);
          long[] values = new long[Math.toIntExact(dense.elements())];
          dense.handle().data_ptr_long().get(values);
          return values;
        });
  }

  /**
   * Copies the raw bytes of the elements, in row-major order and native byte order.
   *
   * @return a new array
   */
  public final byte[] toBytes() {
    return TensorScope.compute(
        () -> {
          Tensor dense = dense(dtype());
          byte[] values = new byte[Math.toIntExact(dense.elements() * dense.dtype().bytes())];
          new BytePointer(dense.handle().data_ptr()).get(values);
          return values;
        });
  }

  /**
   * Returns the only element.
   *
   * @return its value
   * @throws TensorException if the tensor does not have exactly one element
   */
  public final double item() {
    if (elements() != 1) {
      throw new TensorException("item() of " + this + ": expected one element, got " + elements());
    }
    return TensorScope.<Double>compute(() -> dense(DType.FLOAT64).handle().item_double());
  }

  private Tensor dense(DType dtype) {
    return ((Tensor) this).to(Device.CPU).to(dtype).contiguous();
  }

  /** Returns shape and dtype for messages, for example {@code [2, 3] float32}. */
  @Override
  public final String toString() {
    return closed ? "closed tensor" : Arrays.toString(shape()) + " " + dtype();
  }
}
