package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Background;
import dev.sana4j.emoji.scene.Tint;
import dev.sana4j.image.RgbImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is found in an image without a scorer.
 *
 * @param background the background
 * @param tint the colour of the object; null if it has none
 */
record PixelJudgement(Background background, @Nullable Tint tint) {
  /** Judges images, in their order. */
  static List<PixelJudgement> of(List<RgbImage> images) {
    return images.stream()
        .map(image -> new PixelJudgement(BackgroundJudge.of(image), ColourJudge.of(image)))
        .toList();
  }
}
