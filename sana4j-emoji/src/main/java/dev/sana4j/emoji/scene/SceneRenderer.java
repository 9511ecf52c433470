package dev.sana4j.emoji.scene;

import dev.sana4j.emoji.scene.Scene.Place;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import java.util.Arrays;
import java.util.List;

/** Draws scenes; it is thread-safe. */
public final class SceneRenderer {
  private static final int CHANNELS = 4;

  private final Sprites sprites;

  /**
   * Creates a renderer.
   *
   * @param sprites the drawings
   */
  public SceneRenderer(Sprites sprites) {
    this.sprites = sprites;
  }

  /**
   * Draws a scene.
   *
   * @param scene the scene
   * @param size size of the image; {@link Scene.Shape#size} returns the one for which the scene was
   *     placed
   * @return the image, the same for the same arguments
   */
  public RgbImage render(Scene scene, ImageSize size) {
    float[] canvas = new float[size.width() * size.height() * 3];
    int rgb = scene.background().rgb();
    for (int i = 0; i < canvas.length; i += 3) {
      canvas[i] = (rgb >> 16 & 255) / 255f;
      canvas[i + 1] = (rgb >> 8 & 255) / 255f;
      canvas[i + 2] = (rgb & 255) / 255f;
    }
    for (Place place : scene.places()) {
      draw(sprites.sprite(place, scene.style()), box(scene, place, size), canvas, size);
    }
    byte[] bytes = new byte[canvas.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (int) (canvas[i] * 255 + 0.5f);
    }
    return RgbImage.of(size.width(), size.height(), bytes);
  }

  /**
   * Returns the boxes of the objects of a scene.
   *
   * @param scene any scene
   * @param size size of the image
   * @return one box per object, in the scene's order
   */
  public List<Box> boxes(Scene scene, ImageSize size) {
    return scene.places().stream().map(place -> box(scene, place, size)).toList();
  }

  private Box box(Scene scene, Place place, ImageSize size) {
    Sprite sprite = sprites.sprite(place.object(), scene.style());
    double scale = place.size() * Math.min(size.width(), size.height()) / sprite.longest();
    double left = place.x() * size.width() - sprite.width() * scale / 2;
    double top = place.y() * size.height() - sprite.height() * scale / 2;
    return new Box(left, top, left + sprite.width() * scale, top + sprite.height() * scale);
  }

  static void draw(Sprite sprite, Box box, float[] canvas, ImageSize size) {
    double scale = box.width() / sprite.width();
    var across = new Resampling(sprite.width(), box.left(), scale, size.width());
    var down = new Resampling(sprite.height(), box.top(), scale, size.height());
    float[] narrowed = narrow(sprite, across);
    float[] row = new float[across.count() * CHANNELS];
    for (int y = 0; y < down.count(); y++) {
      Arrays.fill(row, 0);
      float[] weights = down.weights(y);
      for (int j = 0; j < weights.length; j++) {
        int start = (down.from(y) + j) * row.length;
        for (int i = 0; i < row.length; i++) {
          row[i] += weights[j] * narrowed[start + i];
        }
      }
      lay(row, canvas, ((down.first() + y) * size.width() + across.first()) * 3);
    }
  }

  /** Resamples every row of the sprite to its width in the image; returns (height, columns, 4). */
  private static float[] narrow(Sprite sprite, Resampling across) {
    float[] narrowed = new float[sprite.height() * across.count() * CHANNELS];
    float[] row = new float[sprite.width() * CHANNELS];
    int target = 0;
    for (int y = 0; y < sprite.height(); y++) {
      sprite.premultiplied(y, row);
      for (int x = 0; x < across.count(); x++) {
        int source = across.from(x) * CHANNELS;
        for (float weight : across.weights(x)) {
          for (int channel = 0; channel < CHANNELS; channel++) {
            narrowed[target + channel] += weight * row[source + channel];
          }
          source += CHANNELS;
        }
        target += CHANNELS;
      }
    }
    return narrowed;
  }

  private static void lay(float[] row, float[] canvas, int start) {
    int target = start;
    for (int i = 0; i < row.length; i += CHANNELS) {
      float rest = 1 - row[i + 3];
      canvas[target] = canvas[target] * rest + row[i];
      canvas[target + 1] = canvas[target + 1] * rest + row[i + 1];
      canvas[target + 2] = canvas[target + 2] * rest + row[i + 2];
      target += 3;
    }
  }
}
