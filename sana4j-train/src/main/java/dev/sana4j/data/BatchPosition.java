package dev.sana4j.data;

/**
 * How far a training has come in its data: all that must be kept to go on.
 *
 * @param epoch from 0
 * @param batch from 0 in each epoch
 */
public record BatchPosition(long epoch, int batch) {
  /** Where a training begins. */
  public static final BatchPosition START = new BatchPosition(0, 0);
}
