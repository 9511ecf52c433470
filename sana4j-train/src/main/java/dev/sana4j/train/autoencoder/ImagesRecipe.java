package dev.sana4j.train.autoencoder;

import dev.sana4j.recipe.Key;
import dev.sana4j.train.NumberCheck;
import java.nio.file.Path;

/**
 * Images an autoencoder is trained on, and how they are brought to a size.
 *
 * @param path a folder or tar shards
 * @param resolution side of the square of the images' area, in pixels
 * @param maxRatio most that one side may be longer than the other
 * @param flip whether every second image is mirrored
 */
public record ImagesRecipe(
    @Key(
            doc =
                "A folder of images with metadata.jsonl or .txt captions, a .tar shard, or a"
                    + " folder of shards. The captions are not used.")
        Path path,
    @Key(
            doc =
                "Pixels of a side of the square whose area the images have; a multiple of the"
                    + " compression, which is 2 to the power of the stages but one.",
            value = "256")
        int resolution,
    @Key(
            doc =
                "The most that one side may be longer than the other; 1 for squares alone. What"
                    + " does not fit is cut off.",
            value = "1")
        double maxRatio,
    @Key(doc = "Mirror every second image, by chance.", value = "false") boolean flip) {

  /** Checks the numbers. */
  public ImagesRecipe {
    NumberCheck.sizes(resolution, 1, maxRatio);
  }

  /** The least that a side can have. */
  int shortestSide() {
    return (int) (resolution / Math.sqrt(maxRatio));
  }
}
