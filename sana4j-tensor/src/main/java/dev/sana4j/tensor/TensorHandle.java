package dev.sana4j.tensor;

import java.util.Arrays;
import java.util.function.Function;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** What a tensor is and who owns it; what can be computed with it is in {@link Tensor}. */
abstract sealed class TensorHandle implements AutoCloseable permits TensorLayout {
  static {
    Libtorch.load();
  }

  private final org.bytedeco.pytorch.Tensor nativeTensor;
  private final LiveTensors.@Nullable Birth birth;
  private @Nullable TensorScope owner;
  private boolean closed;

  TensorHandle(org.bytedeco.pytorch.Tensor nativeTensor) {
    this.nativeTensor = nativeTensor;
    this.birth = LiveTensors.born();
  }

  /** A call into libtorch that makes a tensor. */
  interface NativeCall {
    org.bytedeco.pytorch.Tensor run();
  }

  /** One native call: its result wrapped and owned by the current scope, its error translated. */
  static Tensor call(String operation, NativeCall body, Tensor... operands) {
    for (Tensor operand : operands) {
      operand.handle();
    }
    try {
      return TensorScope.adopt(new Tensor(body.run()));
    } catch (RuntimeException e) {
      throw TensorException.translate(operation, e, operands);
    }
  }

  /** A call on this tensor alone. */
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

  /** Frees the handle; the memory goes with the last handle on it. Closing twice is harmless. */
  @Override
  public final void close() {
    if (!closed) {
      closed = true;
      owner = null;
      nativeTensor.close();
      LiveTensors.died(birth);
    }
  }

  /**
   * The size of each dimension.
   *
   * @return a copy
   */
  public final long[] shape() {
    return handle().shape();
  }

  /**
   * The size of one dimension.
   *
   * @param dimension from 0, or from -1 backwards
   * @return its size
   */
  public final long size(int dimension) {
    int index = dimension < 0 ? dimension + rank() : dimension;
    if (index < 0 || index >= rank()) {
      throw new TensorException("dimension " + dimension + " of " + this + " does not exist");
    }
    return handle().size(index);
  }

  /**
   * How many dimensions there are.
   *
   * @return 0 for a scalar
   */
  public final int rank() {
    return (int) handle().dim();
  }

  /**
   * How many elements there are.
   *
   * @return the product of the shape
   */
  public final long elements() {
    return handle().numel();
  }

  /**
   * The element type.
   *
   * @return a dtype
   */
  public final DType dtype() {
    return DType.of(handle().scalar_type());
  }

  /**
   * Where the elements are.
   *
   * @return a device
   */
  public final Device device() {
    try (org.bytedeco.pytorch.Device device = handle().device();
        BytePointer name = device.str()) {
      int index = device.has_index() ? device.index() : 0;
      return new Device(name.getString().split(":", 2)[0], index);
    }
  }

  /**
   * The elements as floats, in row-major order, from any device and dtype.
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
   * The elements as integers, in row-major order.
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
   * The raw bytes of the elements in row-major order and the machine's byte order.
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
   * The only element.
   *
   * @return its value
   * @throws TensorException if there is not exactly one
   */
  public final double item() {
    if (elements() != 1) {
      throw new TensorException("item() of " + this + ": there are " + elements() + " elements");
    }
    return TensorScope.<Double>compute(() -> dense(DType.FLOAT64).handle().item_double());
  }

  private Tensor dense(DType dtype) {
    return ((Tensor) this).to(Device.CPU).to(dtype).contiguous();
  }

  /** Shape and dtype, for messages: {@code [2, 3] float32}. */
  @Override
  public final String toString() {
    return closed ? "closed tensor" : Arrays.toString(shape()) + " " + dtype();
  }
}
