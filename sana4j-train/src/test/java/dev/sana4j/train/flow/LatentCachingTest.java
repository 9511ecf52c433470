package dev.sana4j.train.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatentCachingTest {

  @ParameterizedTest
  @CsvSource({"32, 8", "512, 8", "1024, 8", "1100, 6", "2048, 2", "4096, 1", "16384, 1"})
  void ofLargeImagesFewerAreEncodedAtATime(int resolution, int images) {
    assertThat(LatentCaching.images(resolution)).isEqualTo(images);
  }
}
