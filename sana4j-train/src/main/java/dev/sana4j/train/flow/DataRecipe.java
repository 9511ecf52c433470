package dev.sana4j.train.flow;

import dev.sana4j.data.CaptionChoice;
import dev.sana4j.data.DataSet;
import dev.sana4j.data.SampleOrder;
import dev.sana4j.recipe.Key;
import dev.sana4j.train.NumberCheck;
import dev.sana4j.train.loop.Trainer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Captioned images and their resizing.
 *
 * @param path a folder or tar shards
 * @param caption caption of images without one, or null
 * @param resolution side of a square with the area of the images, in pixels
 * @param maxRatio largest ratio of the longer to the shorter side
 * @param captionTemperature temperature of the choice among several captions
 * @param captionThreshold captions with a lower score are used only if all scores are lower
 * @param group successive images that come in one batch
 * @param window successive images that are shuffled with each other; 0 for all
 * @param cache folder of latents and embeddings; null for a folder of the training
 */
public record DataRecipe(
    @Key(
            doc =
                "A folder of images with metadata.jsonl, metadata.csv, .txt or .caption captions,"
                    + " a .tar shard, or a folder of shards.")
        Path path,
    @Key(
            doc =
                "Caption of all images that have none. Without it such images are skipped, except"
                    + " in folders named N_NAME.")
        @Nullable String caption,
    @Key(
            doc =
                "Resolution: side in pixels of a square with the area of the images. "
                    + "512, 1024, 2048 and 4096 use the published sizes. 0 for the resolution "
                    + "of the start model, or 512 without one.",
            value = "0")
        int resolution,
    @Key(
            doc = "Largest ratio of the longer to the shorter side, 1 to 16; 1 for squares only.",
            value = "4")
        double maxRatio,
    @Key(
            doc =
                "If an image has several captions, one is drawn with probability "
                    + "softmax(score / temperature).",
            value = "0.1")
        double captionTemperature,
    @Key(doc = "Captions with a lower score are used only if all scores are lower.", value = "0")
        double captionThreshold,
    @Key(
            doc =
                "Number of successive images of the data set that come in one batch, such as a"
                    + " scene and its partner; the batch size should be a multiple of it.",
            value = "1")
        int group,
    @Key(
            doc =
                "Number of successive images that are shuffled with each other, so that an epoch"
                    + " goes through the data set from its beginning to its end, such as from"
                    + " single objects to pairs; a multiple of group. 0 to shuffle all images.",
            value = "0")
        int window,
    @Key(
            doc =
                "Cache folder for latents and text embeddings, created on first use. "
                    + "Trainings with the same data set, image sizes, encoders and precision "
                    + "can share it. Default: cache/ in the "
                    + "folder of the training.")
        @Nullable Path cache) {

  /** Checks the numbers. */
  public DataRecipe {
    NumberCheck.sizes(resolution, 0, maxRatio);
    NumberCheck.positive("caption_temperature", captionTemperature);
    NumberCheck.notNegative("caption_threshold", captionThreshold);
    NumberCheck.atLeast("group", group, 1);
    NumberCheck.require(
        window >= 0 && window % group == 0,
        "window " + window + " is not a multiple of group " + group);
  }

  public DataRecipe withDefaults(int absent) {
    return resolution > 0
        ? this
        : new DataRecipe(
            path,
            caption,
            absent,
            maxRatio,
            captionTemperature,
            captionThreshold,
            group,
            window,
            cache);
  }

  /** Opens the data set. */
  DataSet open() {
    return DataSet.open(path, caption == null ? "" : caption);
  }

  /** Returns the folder of the cache: as configured, or a subfolder of the training. */
  Path cache(Trainer.Place place, String name) {
    return cache == null ? place.folder().resolve(name) : cache;
  }

  SampleOrder order() {
    return new SampleOrder(group, window);
  }

  CaptionChoice captions() {
    return new CaptionChoice(captionTemperature, captionThreshold);
  }
}
