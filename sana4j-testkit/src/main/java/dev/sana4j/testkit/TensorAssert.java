package dev.sana4j.testkit;

import dev.sana4j.tensor.Tensor;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;

/** What a test says of a tensor; a failure names the worst element. */
public final class TensorAssert extends AbstractAssert<TensorAssert, Tensor> {

  private TensorAssert(Tensor actual) {
    super(actual, TensorAssert.class);
  }

  /**
   * Begins an assertion.
   *
   * @param actual what the test computed
   * @return the assertion
   */
  public static TensorAssert assertThat(Tensor actual) {
    return new TensorAssert(actual);
  }

  /**
   * Checks the sizes.
   *
   * @param sizes of all dimensions
   * @return this
   */
  public TensorAssert hasShape(long... sizes) {
    Assertions.assertThat(actual.shape()).as("shape").containsExactly(sizes);
    return this;
  }

  /**
   * Checks that every element is as expected; NaN is not close to anything.
   *
   * @param expected of the same shape
   * @param tolerance largest absolute difference
   * @return this
   */
  public TensorAssert isCloseTo(Tensor expected, double tolerance) {
    hasShape(expected.shape());
    return isCloseTo(expected.toFloats(), tolerance);
  }

  /**
   * Checks that every element is as expected; NaN is not close to anything.
   *
   * @param expected in row-major order
   * @param tolerance largest absolute difference
   * @return this
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
   * Checks that some element is not as in another tensor.
   *
   * @param other of the same shape
   * @param difference the least absolute difference of the most different elements
   * @return this
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

  /** Index of the largest difference, -1 if there are no elements; a NaN is the largest. */
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
