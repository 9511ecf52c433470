package dev.sana4j.train.text;

import dev.sana4j.data.DataSet;
import dev.sana4j.recipe.Key;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The captions of a data set.
 *
 * @param path a folder or tar shards
 * @param caption caption of images without one, or null
 */
public record CaptionsRecipe(
    @Key(
            doc =
                "A folder of images with metadata.jsonl, metadata.csv, .txt or .caption captions,"
                    + " a .tar shard, or a folder of shards. Only the captions are used.")
        Path path,
    @Key(
            doc =
                "Caption of all images that have none. Without it such images are skipped, except"
                    + " in folders named N_NAME.")
        @Nullable String caption) {

  /** Opens the data set. */
  DataSet open() {
    return DataSet.open(path, caption == null ? "" : caption);
  }
}
