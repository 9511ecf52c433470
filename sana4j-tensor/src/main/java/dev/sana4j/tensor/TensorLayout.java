package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/** The same elements in another type, place, memory layout or shape. */
@CheckReturnValue
abstract sealed class TensorLayout extends TensorHandle permits InPlaceOps {

  TensorLayout(org.bytedeco.pytorch.Tensor nativeTensor) {
    super(nativeTensor);
  }

  /**
   * Converts the elements; the same elements when they have the dtype already.
   *
   * @param dtype the new type
   * @return a tensor of that dtype
   */
  public final Tensor to(DType dtype) {
    return unary("to " + dtype, t -> t.to(dtype.nativeType()));
  }

  /**
   * Moves the elements; the same elements when they are there already.
   *
   * @param device where to
   * @return a tensor on that device
   */
  public final Tensor to(Device device) {
    return unary("to " + device, t -> t.to(NativeArguments.nativeDevice(device), t.scalar_type()));
  }

  /**
   * Row-major elements without gaps; the same elements when they are so already.
   *
   * @return a dense tensor
   */
  public final Tensor contiguous() {
    return unary("contiguous", org.bytedeco.pytorch.Tensor::contiguous);
  }

  /**
   * The channels of a pixel beside each other in memory; the same elements when they are so
   * already. Convolutions of such an input are faster, and give such an output.
   *
   * @return (B, C, H, W), dense in the order B, H, W, C
   */
  public final Tensor channelsLast() {
    return unary("channelsLast", t -> t.contiguous(MemoryFormat.ChannelsLast));
  }

  /**
   * Reads the bytes as another dtype, without converting.
   *
   * @param dtype the type the bytes are in
   * @return the same memory; its last dimension counts elements of the new size
   */
  public final Tensor reinterpret(DType dtype) {
    return unary("reinterpret as " + dtype, t -> t.view(dtype.nativeType()));
  }

  /**
   * The same elements in another shape.
   *
   * @param shape sizes; one may be -1 and is inferred
   * @return a tensor of that shape
   */
  public final Tensor reshape(long... shape) {
    return unary("reshape to " + Arrays.toString(shape), t -> t.reshape(shape));
  }

  /**
   * Swaps two dimensions.
   *
   * @param first a dimension
   * @param second a dimension
   * @return a view
   */
  public final Tensor transpose(int first, int second) {
    return unary("transpose " + first + " with " + second, t -> t.transpose(first, second));
  }

  /**
   * Reorders all dimensions.
   *
   * @param order which old dimension stands at each place
   * @return a view
   */
  public final Tensor permute(long... order) {
    return unary("permute " + Arrays.toString(order), t -> t.permute(order));
  }

  /**
   * Joins neighbouring dimensions.
   *
   * @param first first dimension to join
   * @param last last dimension to join
   * @return a tensor with fewer dimensions
   */
  public final Tensor flatten(int first, int last) {
    return unary("flatten " + first + " to " + last, t -> t.flatten(first, last));
  }

  /**
   * Splits one dimension.
   *
   * @param dimension which one
   * @param sizes the new sizes; one may be -1
   * @return a tensor with more dimensions
   */
  public final Tensor unflatten(int dimension, long... sizes) {
    return unary(
        "unflatten " + dimension + " into " + Arrays.toString(sizes),
        t -> t.unflatten(dimension, sizes));
  }

  /**
   * Adds a dimension of size 1.
   *
   * @param dimension where it shall stand
   * @return a view
   */
  public final Tensor unsqueeze(int dimension) {
    return unary("unsqueeze " + dimension, t -> t.unsqueeze(dimension));
  }

  /**
   * Part of one dimension.
   *
   * @param dimension which one
   * @param start first index
   * @param length how many
   * @return a view
   */
  public final Tensor narrow(int dimension, long start, long length) {
    return unary(
        "narrow " + dimension + " from " + start + " by " + length,
        t -> t.narrow(dimension, start, length));
  }

  /**
   * Cuts one dimension into equal parts.
   *
   * @param parts how many; must divide the size
   * @param dimension which one
   * @return views, in order
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
   * @param times how often
   * @param dimension along which
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
   * Picks entries of one dimension.
   *
   * @param dimension which one
   * @param indices int64 vector
   * @return the entries, in the order of the indices
   */
  public final Tensor indexSelect(int dimension, Tensor indices) {
    return call(
        "indexSelect " + dimension,
        () -> handle().index_select(dimension, indices.handle()),
        (Tensor) this,
        indices);
  }
}
