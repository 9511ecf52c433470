package dev.sana4j.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowReachTest {

  @Test
  void rowsOfALayerThatKeepsThemDependOnThoseWithinTheMargin() {
    RowReach reach = RowReach.near(2);

    assertThat(reach.height(7)).isEqualTo(7);
    assertThat(reach.begin(5)).isEqualTo(3);
    assertThat(reach.end(6)).isEqualTo(8);
  }

  @Test
  void aLayerThatDoublesTheRowsNeedsBothHalvesOfAnOddBand() {
    RowReach reach = new RowReach(2, 1, 1);

    assertThat(reach.height(7)).isEqualTo(14);
    assertThat(reach.begin(5)).isEqualTo(1);
    assertThat(reach.end(7)).isEqualTo(5);
  }

  @Test
  void aLayerThatHalvesTheRowsNeedsPairs() {
    RowReach reach = new RowReach(1, 2, 2);

    assertThat(reach.height(8)).isEqualTo(4);
    assertThat(reach.begin(3)).isEqualTo(4);
    assertThat(reach.end(4)).isEqualTo(10);
  }

  @Test
  void onlyAConvolutionThatKeepsTheSizeHasAReach() {
    assertThat(reach(Geometry.same(1, 1, 3))).isEqualTo(RowReach.near(1));
    assertThat(reach(Geometry.same(1, 1, 5))).isEqualTo(RowReach.near(2));
    assertThat(reach(Geometry.same(1, 1, 3).withStride(2))).isNull();
    assertThat(reach(Geometry.same(1, 1, 3).withPadding(0))).isNull();
  }

  private static @Nullable RowReach reach(Geometry geometry) {
    try (RandomWeights weights = new RandomWeights(1);
        Conv2d layer =
            Weights.load(
                weights, DType.FLOAT32, Device.CPU, found -> Conv2d.load(found, geometry))) {
      return layer.reach();
    }
  }
}
