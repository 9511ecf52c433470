package dev.sana4j.emoji.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.image.ImageSize;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SceneRendererTest {
  private static final ImageSize SIZE = new ImageSize(128, 128);

  private final SceneRenderer renderer = new SceneRenderer(Emoji.SPRITES);

  @Test
  void theSameSceneGivesTheSameBytes() {
    Scene scene = Emoji.single("apple", Style.SOLID, Background.BLUE, 0.51, 0.48);
    byte[] bytes = renderer.render(scene, SIZE).rgb();
    assertThat(new SceneRenderer(Sprites.load()).render(scene, SIZE).rgb()).isEqualTo(bytes);
    Scene flat = Emoji.single("apple", Style.FLAT, Background.BLUE, 0.51, 0.48);
    assertThat(renderer.render(flat, SIZE).rgb()).isNotEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.77, 1, 2.5})
  void edgesMixOnlyTheColourOfTheSpriteAndTheBackground(double scale) {
    int side = 12;
    int[] argb = new int[side * side];
    Arrays.fill(argb, 0x0000FF00); // the green of a transparent pixel must not be visible
    for (int i = 0; i < argb.length; i++) {
      boolean isEdge = i % side == 2 || i % side == 9;
      boolean isInside = i % side > 2 && i % side < 9;
      argb[i] = isInside ? 0xFFFF0000 : isEdge ? 0x60FF0000 : argb[i];
    }
    float[] canvas = new float[64 * 64 * 3];
    Arrays.fill(canvas, 1);
    var box = new Box(20.3, 20.6, 20.3 + side * scale, 20.6 + side * scale);
    SceneRenderer.draw(new Sprite(side, side, argb), box, canvas, new ImageSize(64, 64));
    for (int i = 0; i < canvas.length; i += 3) {
      assertThat(canvas[i]).isCloseTo(1, within(1e-5f));
      assertThat(canvas[i + 1]).isEqualTo(canvas[i + 2]).isBetween(-1e-5f, 1.00001f);
    }
    int middle = (int) (20.6 + side * scale / 2);
    assertThat(canvas[(middle * 64 + middle) * 3 + 1]).isLessThan(0.3f);
  }

  @ParameterizedTest
  @CsvSource({"128,128", "160,96", "96,160", "37,50", "256,256"})
  void whatIsDrawnFillsItsBoxAndNothingElse(int width, int height) {
    Scene scene = Emoji.single("panda", Style.FLAT, Background.GREEN, 0.47, 0.52);
    var size = new ImageSize(width, height);
    byte[] rgb = renderer.render(scene, size).rgb();
    Box box = renderer.boxes(scene, size).get(0);
    int left = width;
    int right = 0;
    int top = height;
    int bottom = 0;
    for (int i = 0; i < width * height; i++) {
      if (differs(rgb, i, Background.GREEN.rgb())) {
        left = Math.min(left, i % width);
        right = Math.max(right, i % width + 1);
        top = Math.min(top, i / width);
        bottom = Math.max(bottom, i / width + 1);
      }
    }
    double blur = Math.max(1, 0.6 * Math.min(width, height) / 94) + 1.5;
    assertThat((double) left).isCloseTo(box.left(), within(blur));
    assertThat((double) right).isCloseTo(box.right(), within(blur));
    assertThat((double) top).isCloseTo(box.top(), within(blur));
    assertThat((double) bottom).isCloseTo(box.bottom(), within(blur));
  }

  private static boolean differs(byte[] rgb, int pixel, int colour) {
    return Math.abs((rgb[3 * pixel] & 255) - (colour >> 16 & 255)) > 2
        || Math.abs((rgb[3 * pixel + 1] & 255) - (colour >> 8 & 255)) > 2
        || Math.abs((rgb[3 * pixel + 2] & 255) - (colour & 255)) > 2;
  }

  @Test
  void aQuarterOfAPixelMovesTheMiddleByAQuarterOfAPixel() {
    double before = middle(0.5);
    assertThat(middle(0.5 + 0.25 / 128) - before).isCloseTo(0.25, within(0.01));
    assertThat(middle(0.5 + 3.5 / 128) - before).isCloseTo(3.5, within(0.01));
  }

  /** Returns the mean column of everything except the black background, weighted by brightness. */
  private double middle(double x) {
    Scene scene = Emoji.single("star", Style.FLAT, Background.BLACK, x, 0.5);
    byte[] rgb = renderer.render(scene, SIZE).rgb();
    double sum = 0;
    double weighted = 0;
    for (int i = 0; i < rgb.length; i += 3) {
      double brightness = (rgb[i] & 255) - (Background.BLACK.rgb() >> 16 & 255);
      sum += brightness;
      weighted += brightness * (i / 3 % SIZE.width());
    }
    return weighted / sum;
  }
}
