package dev.sana4j.server.openai;

import dev.sana4j.server.jobs.JobOrder;

/**
 * What was asked for, in both words.
 *
 * @param kind which route was asked
 * @param order as a job
 * @param url whether images are to be fetched rather than sent
 * @param stream whether events are wanted
 * @param quality as the answer repeats it
 */
record ImagesOrder(Kind kind, JobOrder order, boolean url, boolean stream, String quality) {

  /** Which route was asked. */
  enum Kind {
    GENERATION("image_generation"),
    EDIT("image_edit");

    private final String event;

    Kind(String event) {
      this.event = event;
    }

    /** The beginning of the names of its events. */
    String event() {
      return event;
    }
  }
}
