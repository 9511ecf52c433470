package dev.sana4j.server.jobs;

import dev.sana4j.pipeline.request.GenerationRequest;

/**
 * One image of a job, the unit of the queue.
 *
 * @param job the job
 * @param index which image of the job, from 0
 */
record ImageTask(Job job, int index) {
  GenerationRequest request() {
    return job.single(index);
  }
}
