package dev.sana4j.data;

/**
 * Position of a training in its data; all that a resumed training needs.
 *
 * @param epoch from 0
 * @param batch from 0 in each epoch
 */
public record BatchPosition(long epoch, int batch) {
  /** Where a training begins. */
  public static final BatchPosition START = new BatchPosition(0, 0);
}
