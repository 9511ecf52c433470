package dev.sana4j.server.jobs;

/** How far a job is. */
public enum JobStatus {
  /** None of its images is begun. */
  QUEUED,
  /** Some are. */
  RUNNING,
  /** All are done. */
  SUCCEEDED,
  /** The server could not. */
  FAILED,
  /** Its client did not want it any more. */
  CANCELLED,
  /** The prompt filter did not want it. */
  REFUSED,
  /** Its deadline passed. */
  EXPIRED;

  /**
   * Whether nothing follows.
   *
   * @return false for the first two
   */
  public boolean isEnd() {
    return this != QUEUED && this != RUNNING;
  }
}
