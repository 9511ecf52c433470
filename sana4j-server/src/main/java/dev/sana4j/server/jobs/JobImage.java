package dev.sana4j.server.jobs;

import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSize;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A finished image of a job.
 *
 * @param index which image of the job, from 0
 * @param seed of its noise
 * @param score that the judge gave it as the best of several; null without a choice
 * @param size in pixels
 * @param hires whether the second stage of the order was applied; it is not if the job was
 *     interrupted before. Not stored: false for an image of before a restart
 * @param format of the file
 * @param length of the file, in bytes
 * @param place where it is kept, or null if the job contains the file
 * @param file the file, or null if it is kept at {@code place} for a limited time
 */
public record JobImage(
    int index,
    long seed,
    @Nullable Double score,
    ImageSize size,
    boolean hires,
    ImageFormat format,
    int length,
    @Nullable Place place,
    @Nullable EncodedImage file) {

  /**
   * Where an image is kept.
   *
   * @param name for {@link JobService#image}
   * @param expires when it is removed
   */
  public record Place(String name, Instant expires) {}

  /**
   * Returns the file of an image that the job contains.
   *
   * @return the file
   */
  public EncodedImage heldFile() {
    if (file == null) {
      throw new IllegalStateException("the image is kept elsewhere");
    }
    return file;
  }

  /**
   * Returns the place of a kept image.
   *
   * @return the place
   */
  public Place keptPlace() {
    if (place == null) {
      throw new IllegalStateException("the job contains the file");
    }
    return place;
  }
}
