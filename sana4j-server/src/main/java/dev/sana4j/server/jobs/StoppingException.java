package dev.sana4j.server.jobs;

/** The server takes no more jobs, because it is about to stop. */
public final class StoppingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoppingException() {
    super("the server is stopping; try another one, or later");
  }
}
