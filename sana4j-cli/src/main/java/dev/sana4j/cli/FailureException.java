package dev.sana4j.cli;

import dev.sana4j.files.SanaException;

/** A failure of the machine and not of the request, which one line explains. */
final class FailureException extends SanaException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message of one line. */
  FailureException(String message) {
    super(message);
  }

  @Override
  public boolean isRefusal() {
    return false;
  }
}
