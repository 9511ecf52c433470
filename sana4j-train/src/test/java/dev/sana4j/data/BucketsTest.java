package dev.sana4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.AspectRatioBins;
import dev.sana4j.image.ImageSize;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BucketsTest {

  private static Set<ImageSize> reached(Buckets buckets) {
    var reached = new HashSet<ImageSize>();
    for (int width = 10; width <= 1000; width += 10) {
      reached.add(buckets.closest(new ImageSize(width, 100)));
    }
    return reached;
  }

  @Test
  void publishedResolutionsHaveThePublishedSizes() {
    var size = new ImageSize(1920, 1080);

    assertThat(Buckets.of(1024, 32).closest(size))
        .isEqualTo(AspectRatioBins.of(1024).closest(size));
  }

  @Test
  void generatedSizesAreMultiplesOfAtMostTheArea() {
    Set<ImageSize> sizes = reached(Buckets.of(128, 32));

    assertThat(sizes)
        .containsExactlyInAnyOrder(
            new ImageSize(64, 256),
            new ImageSize(64, 224),
            new ImageSize(64, 192),
            new ImageSize(96, 160),
            new ImageSize(96, 128),
            new ImageSize(128, 128),
            new ImageSize(128, 96),
            new ImageSize(160, 96),
            new ImageSize(192, 64),
            new ImageSize(224, 64),
            new ImageSize(256, 64));
  }

  @Test
  void ratiosStayWithinTheLimit() {
    assertThat(reached(Buckets.generated(256, 32, 1.5)))
        .hasSizeGreaterThan(1)
        .allSatisfy(
            size -> assertThat((double) size.width() / size.height()).isBetween(1 / 1.501, 1.501));
  }

  @Test
  void aFixedSizeIsForAll() {
    assertThat(reached(Buckets.fixed(new ImageSize(64, 96))))
        .containsExactly(new ImageSize(64, 96));
  }

  @Test
  void aResolutionThatIsNoMultipleIsRefused() {
    assertThatThrownBy(() -> Buckets.of(100, 32))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("multiple");
  }
}
