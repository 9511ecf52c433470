package dev.sana4j.tensor;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.CheckReturnValue;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;

/**
 * An n-dimensional array in native memory.
 *
 * <p>It has one owner: the {@link TensorScope} it was made in or, outside of any scope, the caller.
 * Operations give new tensors and follow libtorch's broadcasting and type promotion; those whose
 * name ends in {@code _} change the tensor they are called on. A failed operation throws a {@link
 * TensorException} that names the operands' shapes; a closed tensor throws an {@link
 * IllegalStateException}. A tensor belongs to one thread at a time.
 */
@CheckReturnValue
public final class Tensor extends InPlaceOps implements TensorGroup {

  Tensor(org.bytedeco.pytorch.Tensor nativeTensor) {
    super(nativeTensor);
  }

  @Override
  public List<Tensor> tensors() {
    return List.of(this);
  }

  /** A call with a number as second operand. */
  private interface ScalarCall {
    org.bytedeco.pytorch.Tensor run(org.bytedeco.pytorch.Tensor tensor, Scalar scalar);
  }

  private Tensor withScalar(String operation, double value, ScalarCall body) {
    return unary(
        operation + " " + value,
        t -> {
          try (Scalar scalar = new Scalar(value)) {
            return body.run(t, scalar);
          }
        });
  }

  /**
   * Takes this tensor out of its scope: from now on the caller owns and closes it.
   *
   * @return this tensor
   */
  @CanIgnoreReturnValue
  public Tensor keep() {
    moveTo(null);
    return this;
  }

  /**
   * A second handle on the same elements, with an owner of its own and without gradients.
   *
   * @return a tensor that shares memory with this one
   */
  public Tensor alias() {
    return unary("alias", org.bytedeco.pytorch.Tensor::detach);
  }

  /**
   * A dense copy in memory of its own.
   *
   * @return a tensor that shares nothing
   */
  public Tensor copy() {
    return unary("copy", org.bytedeco.pytorch.Tensor::clone);
  }

  /**
   * Sum.
   *
   * @param other broadcast against this
   * @return this + other
   */
  public Tensor add(Tensor other) {
    return call("add", () -> handle().add(other.handle()), this, other);
  }

  /**
   * Sum.
   *
   * @param value a number
   * @return this + value
   */
  public Tensor add(double value) {
    return withScalar("add", value, org.bytedeco.pytorch.Tensor::add);
  }

  /**
   * Difference.
   *
   * @param other broadcast against this
   * @return this - other
   */
  public Tensor sub(Tensor other) {
    return call("sub", () -> handle().sub(other.handle()), this, other);
  }

  /**
   * Product.
   *
   * @param other broadcast against this
   * @return this * other
   */
  public Tensor mul(Tensor other) {
    return call("mul", () -> handle().mul(other.handle()), this, other);
  }

  /**
   * Product.
   *
   * @param value a number
   * @return this * value
   */
  public Tensor mul(double value) {
    return withScalar("mul", value, org.bytedeco.pytorch.Tensor::mul);
  }

  /**
   * Quotient.
   *
   * @param other broadcast against this
   * @return this / other
   */
  public Tensor div(Tensor other) {
    return call("div", () -> handle().div(other.handle()), this, other);
  }

  /**
   * Quotient.
   *
   * @param value a number
   * @return this / value
   */
  public Tensor div(double value) {
    return withScalar("div", value, org.bytedeco.pytorch.Tensor::div);
  }

  /**
   * Power.
   *
   * @param exponent a number
   * @return this ^ exponent
   */
  public Tensor pow(double exponent) {
    return withScalar("pow", exponent, org.bytedeco.pytorch.Tensor::pow);
  }

  /**
   * Limits.
   *
   * @param min lowest value
   * @param max highest value
   * @return this within the limits
   */
  public Tensor clamp(double min, double max) {
    return unary(
        "clamp to " + min + ".." + max,
        t -> {
          try (Scalar low = new Scalar(min);
              Scalar high = new Scalar(max);
              ScalarOptional lowest = new ScalarOptional(low);
              ScalarOptional highest = new ScalarOptional(high)) {
            return t.clamp(lowest, highest);
          }
        });
  }

  /**
   * Square root.
   *
   * @return sqrt(this)
   */
  public Tensor sqrt() {
    return unary("sqrt", org.bytedeco.pytorch.Tensor::sqrt);
  }

  /**
   * Exponential.
   *
   * @return e ^ this
   */
  public Tensor exp() {
    return unary("exp", org.bytedeco.pytorch.Tensor::exp);
  }

  /**
   * Natural logarithm.
   *
   * @return ln(this), -infinity of 0 and NaN below
   */
  public Tensor log() {
    return unary("log", org.bytedeco.pytorch.Tensor::log);
  }

  /**
   * Sine.
   *
   * @return sin(this), this in radians
   */
  public Tensor sin() {
    return unary("sin", org.bytedeco.pytorch.Tensor::sin);
  }

  /**
   * Cosine.
   *
   * @return cos(this), this in radians
   */
  public Tensor cos() {
    return unary("cos", org.bytedeco.pytorch.Tensor::cos);
  }

  /**
   * Hyperbolic tangent.
   *
   * @return tanh(this)
   */
  public Tensor tanh() {
    return unary("tanh", org.bytedeco.pytorch.Tensor::tanh);
  }

  /**
   * Magnitude.
   *
   * @return |this|
   */
  public Tensor abs() {
    return unary("abs", org.bytedeco.pytorch.Tensor::abs);
  }

  /**
   * Nearest integers, halves to even.
   *
   * @return this, rounded
   */
  public Tensor round() {
    return unary("round", org.bytedeco.pytorch.Tensor::round);
  }

  /**
   * Reciprocal square root.
   *
   * @return 1 / sqrt(this)
   */
  public Tensor rsqrt() {
    return unary("rsqrt", org.bytedeco.pytorch.Tensor::rsqrt);
  }

  /**
   * Logistic function.
   *
   * @return 1 / (1 + exp(-this))
   */
  public Tensor sigmoid() {
    return unary("sigmoid", org.bytedeco.pytorch.Tensor::sigmoid);
  }

  /**
   * Euclidean norm of all elements.
   *
   * @return a scalar
   */
  public Tensor norm() {
    return unary("norm", org.bytedeco.pytorch.Tensor::norm);
  }

  /**
   * Mean of all elements.
   *
   * @return a scalar
   */
  public Tensor mean() {
    return unary("mean", org.bytedeco.pytorch.Tensor::mean);
  }

  /**
   * Sum of all elements.
   *
   * @return a scalar
   */
  public Tensor sum() {
    return unary("sum", org.bytedeco.pytorch.Tensor::sum);
  }

  /**
   * Mean over one dimension.
   *
   * @param dimension which one
   * @param keep stays, with size 1
   * @return the reduced tensor
   */
  public Tensor mean(int dimension, boolean keep) {
    return unary(
        "mean over " + dimension,
        t -> t.mean(new long[] {dimension}, keep, NativeArguments.SAME_TYPE));
  }

  /**
   * Sum over one dimension.
   *
   * @param dimension which one
   * @param keep stays, with size 1
   * @return the reduced tensor
   */
  public Tensor sum(int dimension, boolean keep) {
    return unary(
        "sum over " + dimension,
        t -> t.sum(new long[] {dimension}, keep, NativeArguments.SAME_TYPE));
  }

  /**
   * Matrix product.
   *
   * @param other (..., M, N) against this (..., L, M)
   * @return (..., L, N)
   */
  public Tensor matmul(Tensor other) {
    return call("matmul", () -> handle().matmul(other.handle()), this, other);
  }
}
