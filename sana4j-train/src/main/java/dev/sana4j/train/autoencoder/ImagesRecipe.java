package dev.sana4j.train.autoencoder;

import dev.sana4j.recipe.Key;
import dev.sana4j.train.NumberCheck;
import java.nio.file.Path;

/**
 * The training images of an autoencoder and their resizing.
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
                "Resolution: side in pixels of a square with the area of the images. A "
                    + "multiple of the compression, which is 2^(stages - 1).",
            value = "256")
        int resolution,
    @Key(
            doc =
                "Largest ratio of the longer to the shorter side; 1 for squares only. "
                    + "Other images are cropped.",
            value = "1")
        double maxRatio,
    @Key(doc = "Mirror images randomly, with probability 0.5.", value = "false") boolean flip) {

  /** Checks the numbers. */
  public ImagesRecipe {
    NumberCheck.sizes(resolution, 1, maxRatio);
  }

  /** The least that a side can have. */
  int shortestSide() {
    return (int) (resolution / Math.sqrt(maxRatio));
  }
}
