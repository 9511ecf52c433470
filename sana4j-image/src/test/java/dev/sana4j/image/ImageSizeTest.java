package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSizeTest {

  @Test
  void readsTheWidthFirst() {
    assertThat(ImageSize.parse("1024x768")).isEqualTo(new ImageSize(1024, 768));
    assertThat(ImageSize.parse(" 1X16384 ")).isEqualTo(new ImageSize(1, 16384));
  }

  @Test
  void printsWhatItReads() {
    assertThat(ImageSize.parse("1024x768")).hasToString("1024x768");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1024", "1024x", "x768", "a x b", "-1x5", "1.5x2", "1x2x3", "1 x 2"})
  void saysHowToWriteASize(String text) {
    assertThatThrownBy(() -> ImageSize.parse(text))
        .isInstanceOf(ImageException.class)
        .hasMessage(
            "\"" + text + "\" is not an image size; write WIDTHxHEIGHT, for example 1024x768");
  }

  @Test
  void quotesOnlyTheBeginningOfALongText() {
    assertThatThrownBy(() -> ImageSize.parse("x".repeat(10_000)))
        .message()
        .startsWith("\"xxx")
        .hasSizeLessThan(250);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x5", "5x0", "16385x1", "1x999999999"})
  void saysTheRangeOfASide(String text) {
    assertThatThrownBy(() -> ImageSize.parse(text))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(text)
        .hasMessageContaining("1 to 16384 pixels");
  }

  @Test
  void refusesANumberThatOverflows() {
    assertThatThrownBy(() -> ImageSize.parse("9999999999x1")).isInstanceOf(ImageException.class);
  }
}
