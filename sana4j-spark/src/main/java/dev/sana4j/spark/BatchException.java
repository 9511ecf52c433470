package dev.sana4j.spark;

import dev.sana4j.files.SanaException;

/** A job that cannot start or go on, with one line that says what to do. */
public final class BatchException extends SanaException {
  private static final long serialVersionUID = 1L;

  private final boolean refusal;

  BatchException(String message) {
    super(message);
    refusal = true;
  }

  private BatchException(String message, boolean refusal) {
    super(message);
    this.refusal = refusal;
  }

  /** Returns a failure of a job that was allowed to start. */
  static BatchException failure(String message) {
    return new BatchException(message, false);
  }

  @Override
  public boolean isRefusal() {
    return refusal;
  }
}
