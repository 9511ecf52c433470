package dev.sana4j.server.jobs;

import dev.sana4j.pipeline.request.GenerationListener.Preview;

/** What a job tells those who watch it. */
public sealed interface JobEvent {

  /** A step was taken; the job says how far it is. */
  record Progressed() implements JobEvent {}

  /**
   * An unfinished image.
   *
   * @param preview of the image of the job whose index it holds
   */
  record Previewed(Preview preview) implements JobEvent {}

  /**
   * An image is done.
   *
   * @param image the image
   */
  record ImageDone(JobImage image) implements JobEvent {}

  /** The job has ended; nothing follows. */
  record Ended() implements JobEvent {}
}
