package dev.sana4j.server.jobs;

/**
 * The reason why a job has no images.
 *
 * @param kind for programs
 * @param message one line for people
 */
public record JobError(Kind kind, String message) {

  /** The kind of reason. */
  public enum Kind {
    /** The prompt filter refused the prompt. */
    PROMPT_REFUSED,
    /** The model cannot fulfil the request. */
    INVALID_REQUEST,
    /** The model cannot be loaded. */
    MODEL_UNAVAILABLE,
    /** The deadline passed. */
    DEADLINE,
    /** The server is stopping. */
    STOPPING,
    /** An unexpected error; the log contains details. */
    INTERNAL
  }
}
