package dev.sana4j.server.jobs;

import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSize;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A finished image of a job.
 *
 * @param index which one, from 0
 * @param seed of its noise
 * @param size in pixels
 * @param format of the file
 * @param length of the file, in bytes
 * @param place where it is kept, or null if the job holds it itself
 * @param file the file, or null if it is kept elsewhere, from where it goes after a while
 */
public record JobImage(
    int index,
    long seed,
    ImageSize size,
    ImageFormat format,
    int length,
    @Nullable Place place,
    @Nullable EncodedImage file) {

  /**
   * Where an image is kept.
   *
   * @param name by which {@link JobService#image} finds it
   * @param expires when it goes
   */
  public record Place(String name, Instant expires) {}

  /**
   * The file of a job that holds its images itself.
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
   * The place of an image of a job that is kept.
   *
   * @return the place
   */
  public Place keptPlace() {
    if (place == null) {
      throw new IllegalStateException("the job holds its images itself");
    }
    return place;
  }
}
