package dev.sana4j.tensor;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/**
 * Operations that change the tensor they are called on. Call them on a tensor that is recorded for
 * gradients only inside {@link Libtorch#noGrad}.
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
    DryRun.requireOneDevice(operation, operands);
    try {
      body.run(handle());
      return self;
    } catch (RuntimeException e) {
      throw TensorException.translate(operation, e, operands);
    }
  }

  /**
   * Copies the elements of another tensor, converting them to this dtype.
   *
   * @param source a tensor of this shape
   * @return this tensor
   */
  @CanIgnoreReturnValue
  public final Tensor copy_(Tensor source) {
    if (DryRun.isTransfer((Tensor) this, source)) {
      return DryRun.copied((Tensor) this, source);
    }
    return change("copy_", t -> t.copy_(source.handle()), (Tensor) this, source);
  }

  /**
   * Makes this tensor a second handle on the elements of another. Existing views of this tensor
   * keep the old elements.
   *
   * @param source a tensor of this dtype
   * @return this tensor
   */
  @CanIgnoreReturnValue
  public final Tensor shareMemory_(Tensor source) {
    return change("shareMemory_", t -> t.set_(source.handle()), (Tensor) this, source);
  }

  /**
   * Adds a multiple of a tensor.
   *
   * @param other a tensor broadcast against this one
   * @param factor the factor of {@code other}
   * @return this tensor
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
   * @return this tensor
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
   * Multiplies by a tensor, element by element.
   *
   * @param other a tensor broadcast against this one
   * @return this tensor
   */
  @CanIgnoreReturnValue
  public final Tensor mul_(Tensor other) {
    return change("mul_", t -> t.mul_(other.handle()), (Tensor) this, other);
  }

  /**
   * Multiplies by a number.
   *
   * @param factor the number
   * @return this tensor
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
   * Applies {@link Functional#silu} to each element.
   *
   * @return this tensor
   */
  @CanIgnoreReturnValue
  public final Tensor silu_() {
    return change("silu_", torch::silu_, (Tensor) this);
  }

  /**
   * Applies {@link Functional#relu} to each element.
   *
   * @return this tensor
   */
  @CanIgnoreReturnValue
  public final Tensor relu_() {
    return DryRun.isMeta((Tensor) this)
        ? (Tensor) this
        : change("relu_", org.bytedeco.pytorch.Tensor::relu_, (Tensor) this);
  }

  /**
   * Interpolates linearly towards a tensor.
   *
   * @param end a tensor of this shape
   * @param weight 0 keeps this tensor, 1 replaces it by {@code end}
   * @return this tensor, now this + weight (end - this)
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
