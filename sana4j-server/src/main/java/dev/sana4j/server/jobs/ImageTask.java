package dev.sana4j.server.jobs;

import dev.sana4j.pipeline.request.GenerationRequest;
import java.util.List;

/**
 * One image of a job, the unit of the queue.
 *
 * @param job the job
 * @param index which image of the job, from 0
 */
record ImageTask(Job job, int index) {
  GenerationRequest request() {
    return candidates().get(0);
  }

  /** Returns the requests for the image, of which the best result is kept. */
  List<GenerationRequest> candidates() {
    return job.order().candidates(index);
  }
}
