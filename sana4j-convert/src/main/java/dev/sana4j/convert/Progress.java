package dev.sana4j.convert;

import java.util.function.LongConsumer;

/** Adds up the pieces of a conversion for its listener. */
final class Progress {
  private final ConversionListener listener;
  private final long total;
  private long done;

  Progress(ConversionListener listener, long total) {
    this.listener = listener;
    this.total = total;
  }

  /** Returns a consumer for the bytes of each piece of one task. */
  LongConsumer of(String what) {
    return bytes -> {
      done += bytes;
      listener.onPiece(what, done, total);
    };
  }
}
