package dev.sana4j.server.openai;

import dev.sana4j.server.jobs.JobOrder;

/**
 * A request of the Images API as a job.
 *
 * @param kind the route
 * @param order the job
 * @param url whether the answer contains URLs instead of images
 * @param stream whether the answer is a stream of events
 * @param quality repeated in the answer
 */
record ImagesOrder(Kind kind, JobOrder order, boolean url, boolean stream, String quality) {

  /** The route of a request. */
  enum Kind {
    GENERATION("image_generation"),
    EDIT("image_edit");

    private final String event;

    Kind(String event) {
      this.event = event;
    }

    /** Returns the prefix of its event names. */
    String event() {
      return event;
    }
  }
}
