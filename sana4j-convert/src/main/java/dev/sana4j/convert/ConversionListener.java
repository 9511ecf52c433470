package dev.sana4j.convert;

/** Hears how far a conversion has come. */
@FunctionalInterface
public interface ConversionListener {
  /**
   * Called after each piece.
   *
   * @param what is done: {@code checking}, or the part that is written
   * @param done bytes read or written so far
   * @param total bytes to read and write
   */
  void onPiece(String what, long done, long total);
}
