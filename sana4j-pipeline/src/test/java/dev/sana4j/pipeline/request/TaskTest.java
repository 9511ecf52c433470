package dev.sana4j.pipeline.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.RgbImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskTest {
  private static final RgbImage IMAGE = RgbImage.of(2, 1, new byte[] {1, 2, 3, 4, 5, 6});
  private static final RgbImage OTHER = RgbImage.of(2, 1, new byte[] {1, 2, 3, 4, 5, 7});

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 1.01, Double.NaN, Double.POSITIVE_INFINITY})
  void aStrengthOutOfRangeIsRefused(double strength) {
    assertThatThrownBy(() -> Task.imageToImage(IMAGE, strength))
        .isInstanceOf(RequestException.class)
        .hasMessage("the strength must be above 0 and at most 1, but was " + strength);
    assertThatThrownBy(() -> Task.inpaint(IMAGE, OTHER, strength))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("was " + strength);
  }

  @Test
  void aMaskOfAnotherSizeIsRefused() {
    RgbImage larger = RgbImage.of(2, 2, new byte[12]);
    assertThatThrownBy(() -> Task.inpaint(IMAGE, larger, 1))
        .isInstanceOf(RequestException.class)
        .hasMessage("the mask must have the size of the image, 2x1, but has 2x2");
  }

  @ParameterizedTest
  @CsvSource({"-0.1, 0, 1", "2.1, 0, 1", "1, 0.6, 0.5", "1, -0.1, 1", "1, 0, 1.1", "NaN, 0, 1"})
  void aControlOutOfRangeIsRefused(double scale, double from, double to) {
    InputImage image = InputImage.of(IMAGE);
    assertThatThrownBy(() -> new Task.Control(image, scale, from, to, ""))
        .isInstanceOf(RequestException.class);
  }

  @Test
  void onlyATaskThatShowsAnImageTakesAnEmptyPrompt() {
    GenerationRequest.Builder empty = GenerationRequest.builder(List.of(""));
    assertThat(empty.task(Task.imageToImage(IMAGE, 0.5)).build().prompts()).containsExactly("");
    assertThatThrownBy(() -> empty.task(Task.control(IMAGE, 1)).build())
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("the prompt is empty");
  }

  @Test
  void aTaskWithoutPixelsIsStillDescribed() {
    for (Task task :
        List.of(
            Task.textToImage(),
            Task.imageToImage(IMAGE, 0.5),
            Task.inpaint(IMAGE, OTHER, 0.5),
            Task.control(IMAGE, 1),
            Task.upscale(IMAGE, 2, 0.5))) {
      assertThat(task.withoutPixels()).isEqualTo(task);
      assertThat(task.withoutPixels().inputs()).noneMatch(InputImage::isPresent);
    }
  }

  @Test
  void imagesAreToldApartByTheirPixels() {
    InputImage image = InputImage.of(IMAGE);
    assertThat(InputImage.known(image.size(), image.sha256())).isEqualTo(image);
    assertThat(InputImage.of(OTHER)).isNotEqualTo(image);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc", "/home/me/image.png"})
  void whatIsNoDigestIsRefused(String digest) {
    assertThatThrownBy(() -> InputImage.known(IMAGE.size(), digest))
        .isInstanceOf(RequestException.class);
  }
}
