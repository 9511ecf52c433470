package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TileGridTest {
  private static RgbImage plain(int side, int level) {
    byte[] rgb = new byte[side * side * 3];
    Arrays.fill(rgb, (byte) level);
    return RgbImage.of(side, side, rgb);
  }

  @ParameterizedTest
  @CsvSource({"64, 64", "40, 90", "33, 17", "32, 32", "5, 3", "56, 32"})
  void tilesThatStayAsTheyAreGiveTheImageAgain(int width, int height) {
    RgbImage image = TrainingImages.noise(width, height);
    List<ImageSize> sizes = new ArrayList<>();
    TileGrid grid = new TileGrid(image.size(), 32, 8);

    RgbImage same =
        grid.map(
            image,
            tile -> {
              sizes.add(tile.size());
              return tile;
            });

    assertThat(same.rgb()).isEqualTo(image.rgb());
    assertThat(sizes).hasSize(grid.count()).containsOnly(new ImageSize(32, 32));
  }

  @ParameterizedTest
  @CsvSource({"32, 1", "33, 2", "56, 2", "57, 3", "80, 3", "81, 4", "5, 1"})
  void thereAreAsManyTilesAsTheOverlapAsksFor(int width, int count) {
    assertThat(new TileGrid(new ImageSize(width, 32), 32, 8).count()).isEqualTo(count);
  }

  @Test
  void whereTilesDifferOneFadesIntoTheNext() {
    int[] level = {0};
    RgbImage joined =
        new TileGrid(new ImageSize(56, 56), 32, 8)
            .map(TrainingImages.noise(56, 56), tile -> plain(32, 60 * level[0]++));

    byte[] rgb = joined.rgb();
    for (int y = 0; y < 56; y++) {
      for (int x = 1; x < 56; x++) {
        int step = Math.abs((rgb[(y * 56 + x) * 3] & 0xFF) - (rgb[(y * 56 + x - 1) * 3] & 0xFF));
        assertThat(step).isLessThanOrEqualTo(12);
      }
    }
    assertThat(rgb[0]).isZero();
    assertThat(rgb[55 * 3] & 0xFF).isEqualTo(60);
    assertThat(rgb[55 * 56 * 3] & 0xFF).isEqualTo(120);
    assertThat(rgb[rgb.length - 1] & 0xFF).isEqualTo(180);
  }

  @ParameterizedTest
  @CsvSource({"32, 32", "32, -1"})
  void anOverlapThatLeavesNothingIsRefused(int side, int overlap) {
    var size = new ImageSize(64, 64);
    assertThatThrownBy(() -> new TileGrid(size, side, overlap)).isInstanceOf(ImageException.class);
  }
}
