package dev.sana4j.tensor;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.CheckReturnValue;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;

/**
 * An n-dimensional array in native memory.
 *
 * <p>A tensor has one owner, which frees it: the {@link TensorScope} it was created in or, outside
 * of any scope, the caller. Operations return new tensors and follow libtorch's rules for
 * broadcasting and type promotion. Operations whose name ends in {@code _} change the tensor
 * itself. A failed operation throws a {@link TensorException} that states the operands' shapes.
 * Using a closed tensor throws an {@link IllegalStateException}. A tensor must be used by one
 * thread at a time.
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

  /** A native call with a number as second operand. */
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
   * Removes this tensor from its scope. The caller becomes its owner and must close it.
   *
   * @return this tensor
   */
  @CanIgnoreReturnValue
  public Tensor keep() {
    moveTo(null);
    return this;
  }

  /**
   * Returns a second handle on the same elements, with its own owner and without gradients.
   *
   * @return a tensor that shares memory with this one
   */
  public Tensor alias() {
    return unary("alias", org.bytedeco.pytorch.Tensor::detach);
  }

  /**
   * Returns a dense copy.
   *
   * @return a tensor that shares no memory with this one
   */
  public Tensor copy() {
    return unary("copy", org.bytedeco.pytorch.Tensor::clone);
  }

  /**
   * Adds a tensor element by element.
   *
   * @param other a tensor broadcast against this one
   * @return this + other
   */
  public Tensor add(Tensor other) {
    return call("add", () -> handle().add(other.handle()), this, other);
  }

  /**
   * Adds a number to each element.
   *
   * @param value the number
   * @return this + value
   */
  public Tensor add(double value) {
    return withScalar("add", value, org.bytedeco.pytorch.Tensor::add);
  }

  /**
   * Subtracts a tensor element by element.
   *
   * @param other a tensor broadcast against this one
   * @return this - other
   */
  public Tensor sub(Tensor other) {
    return call("sub", () -> handle().sub(other.handle()), this, other);
  }

  /**
   * Multiplies by a tensor element by element. See {@link #matmul} for the matrix product.
   *
   * @param other a tensor broadcast against this one
   * @return this * other
   */
  public Tensor mul(Tensor other) {
    return call("mul", () -> handle().mul(other.handle()), this, other);
  }

  /**
   * Multiplies each element by a number.
   *
   * @param value the number
   * @return this * value
   */
  public Tensor mul(double value) {
    return withScalar("mul", value, org.bytedeco.pytorch.Tensor::mul);
  }

  /**
   * Divides by a tensor element by element.
   *
   * @param other a tensor broadcast against this one
   * @return this / other
   */
  public Tensor div(Tensor other) {
    return call("div", () -> handle().div(other.handle()), this, other);
  }

  /**
   * Divides each element by a number.
   *
   * @param value the number
   * @return this / value
   */
  public Tensor div(double value) {
    return withScalar("div", value, org.bytedeco.pytorch.Tensor::div);
  }

  /**
   * Raises each element to a power.
   *
   * @param exponent the exponent
   * @return this ^ exponent
   */
  public Tensor pow(double exponent) {
    return withScalar("pow", exponent, org.bytedeco.pytorch.Tensor::pow);
  }

  /**
   * Limits each element to a range.
   *
   * @param min the lowest value
   * @param max the highest value
   * @return elements from {@code min} to {@code max}
   */
  public Tensor clamp(double min, double max) {
    if (DryRun.isMeta(this) && dtype().isFloatingPoint()) {
      return MetaKernels.clamp(this);
    }
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
   * Returns the square root of each element.
   *
   * @return sqrt(this), NaN for negative elements
   */
  public Tensor sqrt() {
    return unary("sqrt", org.bytedeco.pytorch.Tensor::sqrt);
  }

  /**
   * Returns the exponential of each element.
   *
   * @return e ^ this
   */
  public Tensor exp() {
    return unary("exp", org.bytedeco.pytorch.Tensor::exp);
  }

  /**
   * Returns the natural logarithm of each element.
   *
   * @return ln(this), -infinity for 0 and NaN for negative elements
   */
  public Tensor log() {
    return unary("log", org.bytedeco.pytorch.Tensor::log);
  }

  /**
   * Returns the sine of each element.
   *
   * @return sin(this), with the elements in radians
   */
  public Tensor sin() {
    return unary("sin", org.bytedeco.pytorch.Tensor::sin);
  }

  /**
   * Returns the cosine of each element.
   *
   * @return cos(this), with the elements in radians
   */
  public Tensor cos() {
    return unary("cos", org.bytedeco.pytorch.Tensor::cos);
  }

  /**
   * Returns the hyperbolic tangent of each element.
   *
   * @return tanh(this)
   */
  public Tensor tanh() {
    return unary("tanh", org.bytedeco.pytorch.Tensor::tanh);
  }

  /**
   * Returns the absolute value of each element.
   *
   * @return |this|
   */
  public Tensor abs() {
    return DryRun.isMeta(this)
        ? DryRun.kernel(() -> mul(this).sqrt())
        : unary("abs", org.bytedeco.pytorch.Tensor::abs);
  }

  /**
   * Rounds each element to the nearest integer; halves are rounded to even.
   *
   * @return the rounded elements, in the same dtype
   */
  public Tensor round() {
    return unary("round", org.bytedeco.pytorch.Tensor::round);
  }

  /**
   * Returns the reciprocal square root of each element.
   *
   * @return 1 / sqrt(this)
   */
  public Tensor rsqrt() {
    return unary("rsqrt", org.bytedeco.pytorch.Tensor::rsqrt);
  }

  /**
   * Applies the logistic function to each element.
   *
   * @return 1 / (1 + exp(-this))
   */
  public Tensor sigmoid() {
    return unary("sigmoid", org.bytedeco.pytorch.Tensor::sigmoid);
  }

  /**
   * Returns the Euclidean norm of all elements.
   *
   * @return a scalar
   */
  public Tensor norm() {
    return unary("norm", org.bytedeco.pytorch.Tensor::norm);
  }

  /**
   * Returns the mean of all elements.
   *
   * @return a scalar
   */
  public Tensor mean() {
    return unary("mean", org.bytedeco.pytorch.Tensor::mean);
  }

  /**
   * Returns the sum of all elements.
   *
   * @return a scalar
   */
  public Tensor sum() {
    return unary("sum", org.bytedeco.pytorch.Tensor::sum);
  }

  /**
   * Computes the mean over one dimension.
   *
   * @param dimension the dimension to reduce; negative values count from the end
   * @param keep whether the dimension stays, with size 1
   * @return the reduced tensor
   */
  public Tensor mean(int dimension, boolean keep) {
    return unary(
        "mean over " + dimension,
        t -> t.mean(new long[] {dimension}, keep, NativeArguments.SAME_TYPE));
  }

  /**
   * Computes the sum over one dimension.
   *
   * @param dimension the dimension to reduce; negative values count from the end
   * @param keep whether the dimension stays, with size 1
   * @return the reduced tensor
   */
  public Tensor sum(int dimension, boolean keep) {
    return unary(
        "sum over " + dimension,
        t -> t.sum(new long[] {dimension}, keep, NativeArguments.SAME_TYPE));
  }

  /**
   * Computes the matrix product of the last two dimensions; the others are broadcast.
   *
   * @param other (..., M, N), where this tensor is (..., L, M)
   * @return (..., L, N)
   */
  public Tensor matmul(Tensor other) {
    return call("matmul", () -> handle().matmul(other.handle()), this, other);
  }

  /**
   * Adds a multiple of a matrix product to a multiple of this matrix in one pass.
   *
   * @param beta factor of this matrix, (L, N)
   * @param alpha factor of the product
   * @param first (L, M)
   * @param second (M, N)
   * @return beta * this + alpha * first second, (L, N)
   */
  public Tensor addProduct(double beta, double alpha, Tensor first, Tensor second) {
    return call(
        "addProduct",
        () -> {
          try (Scalar kept = new Scalar(beta);
              Scalar scale = new Scalar(alpha)) {
            return handle().addmm(first.handle(), second.handle(), kept, scale);
          }
        },
        this,
        first,
        second);
  }
}
