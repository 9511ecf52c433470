package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/** Operations that keep the elements but change their type, device, memory layout or shape. */
@CheckReturnValue
abstract sealed class TensorLayout extends TensorHandle permits InPlaceOps {
  /** Larger tensors, such as weights, are not pinned, because libtorch keeps pinned memory. */
  private static final long MAX_PINNED_BYTES = 64L << 20;

  TensorLayout(org.bytedeco.pytorch.Tensor nativeTensor) {
    super(nativeTensor);
  }

  /**
   * Converts the elements to another dtype. Returns a handle on the same elements if they already
   * have it.
   *
   * @param dtype the new type
   * @return a tensor of that dtype
   */
  public final Tensor to(DType dtype) {
    return unary("to " + dtype, t -> t.to(dtype.nativeType()));
  }

  /**
   * Copies the elements to another device. Returns a handle on the same elements if they are
   * already there. Up to 64 MiB from the CPU are copied to pinned memory first, so that the host
   * does not wait for a GPU.
   *
   * @param device the target device
   * @return a tensor on that device
   */
  public final Tensor to(Device device) {
    if (DryRun.isTransfer((Tensor) this, device)) {
      return DryRun.moved((Tensor) this, device);
    }
    if (isPinned(device)) {
      return unary("to " + device, t -> pinned(t, device));
    }
    return unary("to " + device, t -> t.to(NativeArguments.nativeDevice(device), t.scalar_type()));
  }

  private boolean isPinned(Device target) {
    return !target.isCpu() && device().isCpu() && elements() * dtype().bytes() <= MAX_PINNED_BYTES;
  }

  /** The allocator of pinned memory keeps the copy until the GPU has read it. */
  private static org.bytedeco.pytorch.Tensor pinned(
      org.bytedeco.pytorch.Tensor elements, Device device) {
    try (var pinned = elements.pin_memory()) {
      return pinned.to(
          NativeArguments.nativeDevice(device),
          pinned.scalar_type(),
          true,
          false,
          NativeArguments.ANY_FORMAT);
    }
  }

  /**
   * Returns the elements in row-major order without gaps. Shares the elements if they already are.
   *
   * @return a dense tensor
   */
  public final Tensor contiguous() {
    return unary("contiguous", org.bytedeco.pytorch.Tensor::contiguous);
  }

  /**
   * Returns the elements with the channels of each pixel adjacent in memory. Shares the elements if
   * they already are. Convolutions of such an input are faster and return such an output.
   *
   * @return (B, C, H, W), stored in the order B, H, W, C
   */
  public final Tensor channelsLast() {
    return unary("channelsLast", t -> t.contiguous(MemoryFormat.ChannelsLast));
  }

  /**
   * Reinterprets the bytes as another dtype, without converting.
   *
   * @param dtype the dtype of the bytes
   * @return a view; its last dimension counts elements of the new size
   */
  public final Tensor reinterpret(DType dtype) {
    return unary("reinterpret as " + dtype, t -> t.view(dtype.nativeType()));
  }

  /**
   * Changes the shape, keeping the elements and their row-major order.
   *
   * @param shape the new sizes; one may be -1 and is inferred
   * @return a tensor of that shape
   */
  public final Tensor reshape(long... shape) {
    return unary("reshape to " + Arrays.toString(shape), t -> t.reshape(shape));
  }

  /**
   * Swaps two dimensions.
   *
   * @param first a dimension
   * @param second another dimension
   * @return a view
   */
  public final Tensor transpose(int first, int second) {
    return unary("transpose " + first + " with " + second, t -> t.transpose(first, second));
  }

  /**
   * Reorders all dimensions.
   *
   * @param order the old dimension for each new position
   * @return a view
   */
  public final Tensor permute(long... order) {
    return unary("permute " + Arrays.toString(order), t -> t.permute(order));
  }

  /**
   * Merges neighbouring dimensions into one.
   *
   * @param first the first dimension to merge
   * @param last the last dimension to merge
   * @return a tensor with fewer dimensions
   */
  public final Tensor flatten(int first, int last) {
    return unary("flatten " + first + " to " + last, t -> t.flatten(first, last));
  }

  /**
   * Splits one dimension into several.
   *
   * @param dimension the dimension to split
   * @param sizes the new sizes; one may be -1 and is inferred
   * @return a tensor with more dimensions
   */
  public final Tensor unflatten(int dimension, long... sizes) {
    return unary(
        "unflatten " + dimension + " into " + Arrays.toString(sizes),
        t -> t.unflatten(dimension, sizes));
  }

  /**
   * Inserts a dimension of size 1.
   *
   * @param dimension the position of the new dimension
   * @return a view
   */
  public final Tensor unsqueeze(int dimension) {
    return unary("unsqueeze " + dimension, t -> t.unsqueeze(dimension));
  }

  /**
   * Returns a range of one dimension.
   *
   * @param dimension the dimension
   * @param start the first index
   * @param length the number of indices
   * @return a view
   */
  public final Tensor narrow(int dimension, long start, long length) {
    return unary(
        "narrow " + dimension + " from " + start + " by " + length,
        t -> t.narrow(dimension, start, length));
  }

  /**
   * Splits one dimension into equal parts.
   *
   * @param parts the number of parts; must divide the size of the dimension
   * @param dimension the dimension
   * @return views, in order
   * @throws TensorException if {@code parts} does not divide the size
   */
  public final List<Tensor> chunk(int parts, int dimension) {
    long size = size(dimension);
    if (parts < 1 || size % parts != 0) {
      throw new TensorException(
          "chunk(" + this + "): dimension " + dimension + " is not divisible by " + parts);
    }
    List<Tensor> chunks = new ArrayList<>(parts);
    for (int i = 0; i < parts; i++) {
      chunks.add(narrow(dimension, i * (size / parts), size / parts));
    }
    return chunks;
  }

  /**
   * Repeats dimensions of size 1 without copying.
   *
   * @param shape the new shape; -1 keeps a size
   * @return a view
   */
  public final Tensor expand(long... shape) {
    return unary("expand to " + Arrays.toString(shape), t -> t.expand(shape));
  }

  /**
   * Repeats every element along one dimension: a, a, b, b.
   *
   * @param times the number of repetitions
   * @param dimension the dimension
   * @return a larger tensor
   */
  public final Tensor repeatInterleave(long times, int dimension) {
    return unary(
        "repeatInterleave " + times,
        t -> {
          try (LongOptional along = new LongOptional(dimension)) {
            return t.repeat_interleave(times, along, NativeArguments.NO_LONG);
          }
        });
  }

  /**
   * Selects entries of one dimension.
   *
   * @param dimension the dimension
   * @param indices an int64 vector
   * @return the entries, in the order of the indices
   */
  public final Tensor indexSelect(int dimension, Tensor indices) {
    if (DryRun.isMeta((Tensor) this)) {
      return MetaKernels.indexSelect((Tensor) this, dimension, indices);
    }
    return call(
        "indexSelect " + dimension,
        () -> handle().index_select(dimension, indices.handle()),
        (Tensor) this,
        indices);
  }
}
