package dev.sana4j.tensor;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/**
 * Operations that change the tensor they are called on. A tensor that gradients are asked for is
 * changed inside {@link Libtorch#noGrad} only.
 */
abstract sealed class InPlaceOps extends TensorLayout permits Tensor {
  InPlaceOps(org.bytedeco.pytorch.Tensor nativeTensor) {
    super(nativeTensor);
  }

  /** A native call that writes into its first operand. */
  private interface Change {
    void run(org.bytedeco.pytorch.Tensor tensor);
  }

  private Tensor change(String operation, Change body, Tensor... operands) {
    Tensor self = (Tensor) this;
    try {
      body.run(handle());
      return self;
    } catch (RuntimeException e) {
      throw TensorException.translate(operation, e, operands);
    }
  }

  /**
   * Takes the elements of another tensor, converted to this dtype.
   *
   * @param source of this shape
   * @return this
   */
  @CanIgnoreReturnValue
  public final Tensor copy_(Tensor source) {
    return change("copy_", t -> t.copy_(source.handle()), (Tensor) this, source);
  }

  /**
   * Becomes a second handle on the elements of another tensor; views of this one keep those it had.
   *
   * @param source of this dtype
   * @return this
   */
  @CanIgnoreReturnValue
  public final Tensor shareMemory_(Tensor source) {
    return change("shareMemory_", t -> t.set_(source.handle()), (Tensor) this, source);
  }

  /**
   * Adds a multiple of a tensor.
   *
   * @param other broadcast against this
   * @param factor of other
   * @return this
   */
  @CanIgnoreReturnValue
  public final Tensor add_(Tensor other, double factor) {
    return change(
        "add_",
        t -> {
          try (Scalar scale = new Scalar(factor)) {
            t.add_(other.handle(), scale);
          }
        },
        (Tensor) this,
        other);
  }

  /**
   * Adds a number.
   *
   * @param value the number
   * @return this
   */
  @CanIgnoreReturnValue
  public final Tensor add_(double value) {
    return change(
        "add_",
        t -> {
          try (Scalar scalar = new Scalar(value)) {
            t.add_(scalar);
          }
        },
        (Tensor) this);
  }

  /**
   * Multiplies element by element.
   *
   * @param other broadcast against this
   * @return this
   */
  @CanIgnoreReturnValue
  public final Tensor mul_(Tensor other) {
    return change("mul_", t -> t.mul_(other.handle()), (Tensor) this, other);
  }

  /**
   * Multiplies by a number.
   *
   * @param factor the number
   * @return this
   */
  @CanIgnoreReturnValue
  public final Tensor mul_(double factor) {
    return change(
        "mul_",
        t -> {
          try (Scalar scale = new Scalar(factor)) {
            t.mul_(scale);
          }
        },
        (Tensor) this);
  }

  /**
   * {@link Functional#silu} of each element.
   *
   * @return this
   */
  @CanIgnoreReturnValue
  public final Tensor silu_() {
    return change("silu_", torch::silu_, (Tensor) this);
  }

  /**
   * {@link Functional#relu} of each element.
   *
   * @return this
   */
  @CanIgnoreReturnValue
  public final Tensor relu_() {
    return change("relu_", org.bytedeco.pytorch.Tensor::relu_, (Tensor) this);
  }

  /**
   * Moves towards a tensor.
   *
   * @param end of this shape
   * @param weight 0 stays, 1 arrives
   * @return this, now this + weight (end - this)
   */
  @CanIgnoreReturnValue
  public final Tensor lerp_(Tensor end, double weight) {
    return change(
        "lerp_",
        t -> {
          try (Scalar scale = new Scalar(weight)) {
            t.lerp_(end.handle(), scale);
          }
        },
        (Tensor) this,
        end);
  }
}
