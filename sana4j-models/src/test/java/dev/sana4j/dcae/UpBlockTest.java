package dev.sana4j.dcae;

import static dev.sana4j.dcae.ToyAutoencoder.normal;
import static dev.sana4j.testkit.TensorAssert.assertThat;

import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpBlockTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 8})
  void theShortcutRepeatsChannelsAndShufflesThemToPixels(int repeats) {
    TensorScope.compute(
        () -> {
          Tensor input = normal(1, 2, 8, 3, 5);

          assertThat(UpBlock.repeated(input, repeats))
              .isCloseTo(Functional.pixelShuffle(input.repeatInterleave(repeats, 1), 2), 0);
          return null;
        });
  }
}
