package dev.sana4j.data;

/**
 * How the images of a data set are shuffled.
 *
 * @param group number of successive images that stay next to each other, at least 1; they come in
 *     one batch if the batch size is a multiple of it, they have one size and no repeats; if the
 *     images of a size are not a multiple of it, the last ones come in every second epoch
 * @param window number of successive images that are shuffled with each other, so that the data set
 *     is used from its beginning to its end; 0 to shuffle all
 */
public record SampleOrder(int group, int window) {
  /** All images are shuffled. */
  public static final SampleOrder SHUFFLED = new SampleOrder(1, 0);

  /**
   * Checks the numbers.
   *
   * @param group at least 1
   * @param window 0, or a multiple of the group
   * @throws DataException if a number is out of range
   */
  public SampleOrder {
    if (group < 1) {
      throw new DataException("a group has at least 1 image, not " + group);
    }
    if (window < 0 || window % group != 0) {
      throw new DataException(
          "the window must be a multiple of the %d images of a group, or 0, not %d"
              .formatted(group, window));
    }
  }
}
