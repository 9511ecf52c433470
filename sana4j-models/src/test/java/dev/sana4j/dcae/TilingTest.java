package dev.sana4j.dcae;

import static dev.sana4j.dcae.ToyAutoencoder.normal;
import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.CheckpointException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TilingTest {

  @ParameterizedTest
  @CsvSource({"4,4", "4,3", "4,1", "5,2", "3,3", "16,15", "1,1"})
  void tilesOfAnUnchangedImageJoinToIt(int size, int stride) {
    TensorScope.compute(
        () -> {
          Tiling tiling = new Tiling(size, stride);
          for (long height : new long[] {1, 4, 7, 10}) {
            Tensor image = normal(1, 2, 3, height, 9);
            assertThat(tiling.map(image, tiling, tile -> tile.mul(1))).isCloseTo(image, 1e-6);
          }
          return null;
        });
  }

  @ParameterizedTest
  @CsvSource({"4,3", "4,2", "3,3"})
  void tilesOfAnEnlargedImageJoinToIt(int size, int stride) {
    TensorScope.compute(
        () -> {
          Tiling small = new Tiling(size, stride);
          Tiling large = new Tiling(2 * size, 2 * stride);
          Tensor image = normal(1, 1, 2, 7, 9);
          assertThat(small.map(image, large, tile -> Functional.upsampleNearest(tile, 2)))
              .isCloseTo(Functional.upsampleNearest(image, 2), 1e-6);
          return null;
        });
  }

  @Test
  void overlapsAreBlendedLinearly() {
    TensorScope.compute(
        () -> {
          Tiling tiling = new Tiling(8, 4);
          Tensor image = Tensors.zeros(DType.FLOAT32, Device.CPU, 1, 1, 1, 8);
          List<Double> levels = new ArrayList<>(List.of(0.0, 1.0));
          Tensor joined = tiling.map(image, tiling, tile -> tile.add(levels.remove(0)));
          // The second tile covers the last four pixels of the first.
          assertThat(joined).isCloseTo(new float[] {0, 0, 0, 0, 0, 0.25f, 0.5f, 0.75f}, 1e-6);
          return null;
        });
  }

  @Test
  void anImageThatFitsNeedsNoTiles() {
    TensorScope.compute(
        () -> {
          Tiling tiling = new Tiling(4, 2);
          assertThat(tiling.isNeededFor(normal(1, 1, 1, 4, 4))).isFalse();
          assertThat(tiling.isNeededFor(normal(1, 1, 1, 5, 4))).isTrue();
          assertThat(tiling.isNeededFor(normal(1, 1, 1, 4, 5))).isTrue();
          return null;
        });
  }

  @ParameterizedTest
  @CsvSource({"4,0", "4,-1", "4,5", "0,0", "-1,-1", "0,1"})
  void tilesWithoutAWayForwardOrWithGapsAreRefused(int size, int stride) {
    assertThatThrownBy(() -> new Tiling(size, stride))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "the stride of tiles must be 1 to their size of "
                + size
                + " pixels, but was "
                + stride);
  }

  @Test
  void theStandardTilesDivideByThePublicCompression() {
    assertThat(Tiling.standard().dividedBy(32)).isEqualTo(new Tiling(16, 14));
  }
}
