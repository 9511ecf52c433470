/**
 * Jobs and their worker, independent of HTTP.
 *
 * <p>{@link dev.sana4j.server.jobs.JobService} accepts a {@link dev.sana4j.server.jobs.JobOrder}
 * and returns a {@link dev.sana4j.server.jobs.Job}. Its images wait in a queue in which clients
 * take turns. One thread takes them, in batches where that is faster, and an {@link
 * dev.sana4j.server.jobs.ImageGenerator} generates them.
 */
@NullMarked
package dev.sana4j.server.jobs;

import org.jspecify.annotations.NullMarked;
