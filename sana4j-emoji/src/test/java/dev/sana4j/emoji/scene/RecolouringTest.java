package dev.sana4j.emoji.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecolouringTest {
  /** A red area of three tones, with a green leaf, a grey window and a transparent corner. */
  private static final int[] APPLE = {
    0xFFD02020, 0xFFD02020, 0xFFD02020, 0xFFF05050, 0xFF901010, 0xFF20C020, 0xFF808080, 0x00D02020
  };

  @ParameterizedTest
  @EnumSource
  void theMiddleToneGetsTheColour(Tint tint) {
    int[] moved = Recolouring.apply(APPLE, tint);
    for (int shift = 0; shift <= 16; shift += 8) {
      assertThat(moved[0] >> shift & 255).isCloseTo(tint.rgb() >> shift & 255, within(2));
    }
  }

  @Test
  void lightAndShadeStay() {
    int[] moved = Recolouring.apply(APPLE, Tint.BLUE);
    assertThat(brightness(moved[3])).isGreaterThan(brightness(moved[0]));
    assertThat(brightness(moved[4])).isLessThan(brightness(moved[0]));
  }

  private static double brightness(int rgb) {
    float[] hsv = new float[3];
    Recolouring.toHsv(rgb, hsv, 0);
    return hsv[2];
  }

  @Test
  void otherHuesAndGreysAndTransparencyStay() {
    int[] moved = Recolouring.apply(APPLE, Tint.PURPLE);
    assertThat(moved[5]).isEqualTo(APPLE[5]);
    assertThat(moved[6]).isEqualTo(APPLE[6]);
    assertThat(moved[7] >>> 24).isZero();
    assertThat(moved[0] >>> 24).isEqualTo(255);
  }

  @Test
  void aGreyDrawingStaysGrey() {
    int[] grey = {0xFF808080, 0xFF202020, 0xFFFFFFFF};
    assertThat(Recolouring.apply(grey, Tint.RED)).isEqualTo(grey);
  }
}
