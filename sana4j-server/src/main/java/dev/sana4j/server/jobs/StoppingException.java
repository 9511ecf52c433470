package dev.sana4j.server.jobs;

import dev.sana4j.files.SanaException;

/** The server refuses jobs because it is stopping. */
public final class StoppingException extends SanaException {
  private static final long serialVersionUID = 1L;

  StoppingException() {
    super("the server is stopping; try another server, or try again later");
  }
}
