package dev.sana4j.convert;

/** Receives the progress of a conversion. */
@FunctionalInterface
public interface ConversionListener {
  /**
   * Called after each piece.
   *
   * @param what the task: {@code checking}, or the part that is written
   * @param done bytes read or written so far
   * @param total bytes to read and write
   */
  void onPiece(String what, long done, long total);
}
