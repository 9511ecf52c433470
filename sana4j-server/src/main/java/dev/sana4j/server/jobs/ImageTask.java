package dev.sana4j.server.jobs;

import dev.sana4j.pipeline.request.GenerationRequest;

/**
 * One image of a job: what waits in the queue.
 *
 * @param job whose it is
 * @param index which one
 */
record ImageTask(Job job, int index) {
  GenerationRequest request() {
    return job.single(index);
  }
}
