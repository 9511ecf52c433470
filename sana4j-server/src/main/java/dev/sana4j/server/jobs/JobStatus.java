package dev.sana4j.server.jobs;

/** The status of a job. */
public enum JobStatus {
  /** No image has been started. */
  QUEUED,
  /** At least one image has been started. */
  RUNNING,
  /** All images are finished. */
  SUCCEEDED,
  /** The server failed to generate the images. */
  FAILED,
  /** The client cancelled it. */
  CANCELLED,
  /** The prompt filter refused the prompt. */
  REFUSED,
  /** Its deadline passed. */
  EXPIRED;

  /**
   * Returns whether the status is final.
   *
   * @return false for queued and running
   */
  public boolean isEnd() {
    return this != QUEUED && this != RUNNING;
  }
}
