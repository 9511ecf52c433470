package dev.sana4j.testkit;

import dev.sana4j.tensor.Tensor;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;

/** Assertions on a tensor. A failure names the element with the largest difference. */
public final class TensorAssert extends AbstractAssert<TensorAssert, Tensor> {

  private TensorAssert(Tensor actual) {
    super(actual, TensorAssert.class);
  }

  /**
   * Starts an assertion.
   *
   * @param actual the tensor to check
   * @return the assertion
   */
  public static TensorAssert assertThat(Tensor actual) {
    return new TensorAssert(actual);
  }

  /**
   * Checks the shape.
   *
   * @param sizes the expected size of each dimension
   * @return this assertion
   */
  public TensorAssert hasShape(long... sizes) {
    Assertions.assertThat(actual.shape()).as("shape").containsExactly(sizes);
    return this;
  }

  /**
   * Checks that every element is close to the expected one. NaN is not close to anything.
   *
   * @param expected a tensor of the same shape
   * @param tolerance the largest allowed absolute difference
   * @return this assertion
   */
  public TensorAssert isCloseTo(Tensor expected, double tolerance) {
    hasShape(expected.shape());
    return isCloseTo(expected.toFloats(), tolerance);
  }

  /**
   * Checks that every element is close to the expected one. NaN is not close to anything.
   *
   * @param expected the elements in row-major order
   * @param tolerance the largest allowed absolute difference
   * @return this assertion
   */
  public TensorAssert isCloseTo(float[] expected, double tolerance) {
    float[] values = actual.toFloats();
    Assertions.assertThat(values).as("elements").hasSameSizeAs(expected);
    int worst = worst(values, expected);
    if (worst >= 0 && !(Math.abs(values[worst] - expected[worst]) <= tolerance)) {
      failWithMessage(
          "%s: expected %s at element %d within %s, got %s",
          actual, expected[worst], worst, tolerance, values[worst]);
    }
    return this;
  }

  /**
   * Checks that at least one element differs from another tensor.
   *
   * @param other a tensor of the same shape
   * @param difference the minimum of the largest absolute difference
   * @return this assertion
   */
  public TensorAssert differsFrom(Tensor other, double difference) {
    hasShape(other.shape());
    float[] values = actual.toFloats();
    float[] others = other.toFloats();
    int worst = worst(values, others);
    if (worst < 0 || Math.abs(values[worst] - others[worst]) < difference) {
      failWithMessage("%s: expected a difference of %s, got none", actual, difference);
    }
    return this;
  }

  /**
   * Returns the index of the largest difference, -1 without elements; NaN counts as the largest.
   */
  private static int worst(float[] values, float[] expected) {
    int worst = values.length == 0 ? -1 : 0;
    for (int i = 1; i < values.length; i++) {
      if (Float.isNaN(values[i] - expected[i])) {
        return i;
      }
      if (Math.abs(values[i] - expected[i]) > Math.abs(values[worst] - expected[worst])) {
        worst = i;
      }
    }
    return worst;
  }
}
