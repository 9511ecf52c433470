package dev.sana4j.server.jobs;

/**
 * Why a job has no images.
 *
 * @param kind for programs
 * @param message for people, one line
 */
public record JobError(Kind kind, String message) {

  /** What kind of reason. */
  public enum Kind {
    /** The prompt filter. */
    PROMPT_REFUSED,
    /** The model cannot fulfil the request. */
    INVALID_REQUEST,
    /** The deadline passed. */
    DEADLINE,
    /** The server is stopping. */
    STOPPING,
    /** An error that should not have happened; the log says more. */
    INTERNAL
  }
}
