package dev.sana4j.server.jobs;

import dev.sana4j.files.SanaException;

/** The server takes no more jobs, because it is about to stop. */
public final class StoppingException extends SanaException {
  private static final long serialVersionUID = 1L;

  StoppingException() {
    super("the server is stopping; try another one, or later");
  }
}
