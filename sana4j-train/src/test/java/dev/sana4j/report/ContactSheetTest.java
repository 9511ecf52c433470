package dev.sana4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.RgbImage;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContactSheetTest {

  @Test
  void imagesAreLaidOutRowByRow() {
    RgbImage sheet =
        ContactSheet.of(
            List.of(filled(100, 50, 10), filled(100, 50, 20), filled(100, 50, 30)),
            List.of("", "", ""));
    assertThat(red(sheet, 8, 8)).isEqualTo(10);
    assertThat(red(sheet, 107, 57)).isEqualTo(10);
    assertThat(red(sheet, 116, 8)).isEqualTo(20);
    assertThat(red(sheet, 8, sheet.height() / 2 + 5)).isEqualTo(30);
    assertThat(red(sheet, 0, 0)).isEqualTo(255);
    assertThat(sheet.width()).isEqualTo(224);
  }

  @Test
  void aCaptionIsDrawnBelowItsImage() {
    List<RgbImage> image = List.of(filled(100, 50, 255));
    byte[] without = ContactSheet.of(image, List.of("")).rgb();
    byte[] with = ContactSheet.of(image, List.of("a cat")).rgb();
    assertThat(with).hasSameSizeAs(without).isNotEqualTo(without);
    int above = 60 * 116 * 3;
    assertThat(Arrays.copyOf(with, above)).isEqualTo(Arrays.copyOf(without, above));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "一只戴着帽子的猫，在月光下的屋顶上唱歌，旁边有一只小狗和一个很大的气球",
        "🎈🐱‍👤👩‍👩‍👧‍👦🇩🇪 ",
        "a\0b\n\tc \u202E rtl \uD800 alone \uFFFF",
        " ",
        "word-without-an-end-word-without-an-end-word-without-an-end-word-without-an-end"
      })
  void anyCaptionCanBeDrawn(String caption) {
    String endless = caption.repeat(3000);
    RgbImage sheet =
        ContactSheet.of(List.of(filled(64, 64, 1), filled(1, 1, 2)), List.of(caption, endless));
    assertThat(sheet.size()).isEqualTo(ContactSheet.of(sheetOfTwo(), List.of("", "")).size());
  }

  @Test
  void manyLargeImagesAreScaledToABoundedSheet() {
    List<RgbImage> images = Collections.nCopies(25, filled(2500, 100, 7));
    RgbImage sheet = ContactSheet.of(images, Collections.nCopies(25, "x"));
    assertThat(sheet.width()).isLessThanOrEqualTo(8192 + 8);
    assertThat(red(sheet, 20, 20)).isEqualTo(7);
  }

  @Test
  void missingCaptionsAreRefused() {
    assertThatThrownBy(() -> ContactSheet.of(sheetOfTwo(), List.of("one")))
        .isInstanceOf(ReportException.class)
        .hasMessageContaining("2 images and 1 captions");
    assertThatThrownBy(() -> ContactSheet.of(List.of(), List.of()))
        .isInstanceOf(ReportException.class);
  }

  private static List<RgbImage> sheetOfTwo() {
    return List.of(filled(64, 64, 1), filled(1, 1, 2));
  }

  private static int red(RgbImage image, int x, int y) {
    return image.rgb()[(y * image.width() + x) * 3] & 0xFF;
  }

  private static RgbImage filled(int width, int height, int value) {
    byte[] rgb = new byte[width * height * 3];
    Arrays.fill(rgb, (byte) value);
    return RgbImage.of(width, height, rgb);
  }
}
