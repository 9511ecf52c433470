package dev.sana4j.train.autoencoder;

import dev.sana4j.recipe.Key;
import dev.sana4j.train.NumberCheck;
import java.nio.file.Path;

/**
 * The training images of an autoencoder and their resizing.
 *
 * @param path a folder or tar shards
 * @param resolution side of a square with the area of the images, in pixels
 * @param maxRatio largest ratio of the longer to the shorter side
 * @param flip whether images are mirrored with probability 0.5
 */
public record ImagesRecipe(
    @Key(
            doc =
                "A folder of images, a .tar shard, or a folder of shards. The captions are not"
                    + " used, and images need none.")
        Path path,
    @Key(
            doc =
                "Resolution: side in pixels of a square with the area of the images. A "
                    + "multiple of the compression, which is 2^(stages - 1).",
            value = "256")
        int resolution,
    @Key(
            doc =
                "Largest ratio of the longer to the shorter side, 1 to 16; 1 for squares only."
                    + " Images that do not fit are cropped.",
            value = "1")
        double maxRatio,
    @Key(doc = "Mirror images randomly, with probability 0.5.", value = "false") boolean flip) {

  /** Checks the numbers. */
  public ImagesRecipe {
    NumberCheck.sizes(resolution, 1, maxRatio);
  }

  /** Returns the smallest possible side. */
  int shortestSide() {
    return (int) (resolution / Math.sqrt(maxRatio));
  }
}
