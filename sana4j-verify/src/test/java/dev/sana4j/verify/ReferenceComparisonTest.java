package dev.sana4j.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceComparisonTest {
  private static double between(
      ToDoubleBiFunction<Tensor, Tensor> measure, float[] ours, float... reference) {
    return TensorScope.<Double>compute(
        () ->
            measure.applyAsDouble(
                Tensors.of(ours, ours.length), Tensors.of(reference, reference.length)));
  }

  private static double error(float[] ours, float... reference) {
    return between(ReferenceComparison::relativeError, ours, reference);
  }

  private static double share(float[] ours, float... reference) {
    return between(ReferenceComparison::shareOffByMoreThanOne, ours, reference);
  }

  @Test
  void theErrorIsTheDistanceInUnitsOfTheReference() {
    assertThat(error(new float[] {3, 4.5f}, 3, 4)).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void equalNumbersHaveNoErrorAlsoWhenTheyAreAllZero() {
    assertThat(error(new float[] {1, 2}, 1, 2)).isZero();
    assertThat(error(new float[] {0, 0}, 0, 0)).isZero();
  }

  @Test
  void anythingIsInfinitelyFarFromZeros() {
    assertThat(error(new float[] {0, 1e-30f}, 0, 0)).isInfinite();
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aNumberThatIsNoneIsInfinitelyFar(float broken) {
    assertThat(error(new float[] {1, broken}, 1, 2)).isInfinite();
    assertThat(error(new float[] {1, 2}, 1, broken)).isInfinite();
    assertThat(error(new float[] {1, broken}, 1, broken)).isInfinite();
  }

  @Test
  void anotherShapeIsInfinitelyFar() {
    assertThat(error(new float[] {1, 1}, 1)).isInfinite();
    assertThat(share(new float[] {1, 1}, 1)).isInfinite();
  }

  @Test
  void anotherDtypeIsComparedByValue() {
    double error =
        TensorScope.<Double>compute(
            () ->
                ReferenceComparison.relativeError(
                    Tensors.of(new float[] {1, 2}, 2).to(DType.BFLOAT16),
                    Tensors.of(new int[] {1, 2}, 2)));
    assertThat(error).isZero();
  }

  @Test
  void imagesCountTheShareOfValuesThatAreOffByMoreThanOne() {
    float[] ours = {10 / 255f, 20 / 255f, 30 / 255f, Float.NaN};
    assertThat(share(ours, 11 / 255f, 22 / 255f, 30 / 255f, 0)).isEqualTo(0.5);
  }

  @Test
  void aResultOfNoNumberDoesNotPass() {
    assertThat(new CaseResult("case", Double.NaN, 1).passed()).isFalse();
    assertThat(new CaseResult("case", 1, 1).passed()).isTrue();
    assertThat(new CaseResult("case", Math.nextUp(1.0), 1).passed()).isFalse();
  }
}
