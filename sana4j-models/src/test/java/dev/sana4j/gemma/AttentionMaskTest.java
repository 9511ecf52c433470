package dev.sana4j.gemma;

import static dev.sana4j.testkit.TensorAssert.assertThat;

import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import org.junit.jupiter.api.Test;

class AttentionMaskTest {
  private static final float NO = -30_000;

  @Test
  void aTokenSeesItselfAndKeptTokensBeforeItWithinTheWindow() {
    TensorScope.compute(
        () -> {
          AttentionMask mask = AttentionMask.of(Tensors.of(new int[] {1, 1, 1, 0}, 1, 4), 2);
          float[] expected = {0, NO, NO, NO, 0, 0, NO, NO, NO, 0, 0, NO, NO, NO, 0, NO};
          assertThat(mask.bias()).hasShape(1, 1, 4, 4).isCloseTo(expected, 0);
          assertThat(mask.visible()).hasShape(1, 1, 4, 1).isCloseTo(new float[] {1, 1, 1, 1}, 0);
          return null;
        });
  }

  @Test
  void paddingBehindTheWindowSeesNothing() {
    TensorScope.compute(
        () -> {
          AttentionMask mask = AttentionMask.of(Tensors.of(new int[] {1, 0, 0, 0}, 1, 4), 2);
          assertThat(mask.visible()).isCloseTo(new float[] {1, 1, 0, 0}, 0);
          return null;
        });
  }

  @Test
  void theLargestWindowIsTheWholePast() {
    TensorScope.compute(
        () -> {
          var kept = Tensors.of(new int[] {1, 1, 1, 1, 1, 0, 1, 1}, 2, 4);
          assertThat(AttentionMask.of(kept, Integer.MAX_VALUE).bias())
              .hasShape(2, 1, 4, 4)
              .isCloseTo(AttentionMask.of(kept, 4).bias(), 0);
          return null;
        });
  }
}
