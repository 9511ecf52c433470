package dev.sana4j.server.jobs;

import dev.sana4j.pipeline.request.GenerationListener.Preview;

/** An event of a job for its subscribers. */
public sealed interface JobEvent {

  /** A step was completed; the state of the job contains the progress. */
  record Progressed() implements JobEvent {}

  /**
   * A preview.
   *
   * @param preview of the image with the index in it
   */
  record Previewed(Preview preview) implements JobEvent {}

  /**
   * An image is finished.
   *
   * @param image the image
   */
  record ImageDone(JobImage image) implements JobEvent {}

  /** The job has ended; this is the last event. */
  record Ended() implements JobEvent {}
}
