package dev.sana4j.data;

import java.io.Serializable;

/**
 * Consecutive images of a data set, in the order in which a cache is built.
 *
 * @param first number of images before the part
 * @param end number of images up to the end of the part
 */
public record CachePart(int first, int end) implements Serializable {

  /**
   * Returns the number of images.
   *
   * @return at least 1
   */
  public int images() {
    return end - first;
  }
}
