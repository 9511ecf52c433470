package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanvasTest {
  private static final RgbImage IMAGE = TrainingImages.noise(5, 3);

  private static byte[] pixel(RgbImage image, int x, int y) {
    byte[] rgb = image.rgb();
    int i = (y * image.width() + x) * 3;
    return new byte[] {rgb[i], rgb[i + 1], rgb[i + 2]};
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "4, 2", "2, 1", "0, 2"})
  void theImageLiesWhereItIsPutAndTheMaskIsBlackThere(int left, int top) {
    Canvas canvas = Canvas.place(IMAGE, new ImageSize(9, 5), left, top);
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 9; x++) {
        boolean within = x >= left && x < left + 5 && y >= top && y < top + 3;
        assertThat(MaskBlend.level(canvas.mask(), y * 9 + x)).isEqualTo(within ? 0 : 255);
        int column = Math.max(0, Math.min(4, x - left));
        int row = Math.max(0, Math.min(2, y - top));
        assertThat(pixel(canvas.image(), x, y)).isEqualTo(pixel(IMAGE, column, row));
      }
    }
  }

  @Test
  void theMiddleIsTheMiddle() {
    assertThat(Canvas.centred(IMAGE, new ImageSize(9, 5)).mask().rgb())
        .isEqualTo(Canvas.place(IMAGE, new ImageSize(9, 5), 2, 1).mask().rgb());
  }

  @ParameterizedTest
  @CsvSource({"4, 9, 0, 0", "9, 5, 5, 0", "9, 5, 0, 3", "9, 5, -1, 0", "9, 5, 2147483647, 0"})
  void anImageThatDoesNotFitIsRefused(int width, int height, int left, int top) {
    var size = new ImageSize(width, height);
    assertThatThrownBy(() -> Canvas.place(IMAGE, size, left, top))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("does not fit into a canvas of " + size)
        .message()
        .hasLineCount(1);
  }

  @Test
  void aCanvasWithoutRoomIsRefused() {
    assertThatThrownBy(() -> Canvas.centred(IMAGE, IMAGE.size()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("choose a larger canvas");
  }
}
