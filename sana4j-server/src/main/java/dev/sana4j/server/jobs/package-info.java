/**
 * Jobs and who works on them; nothing here knows of HTTP.
 *
 * <p>{@link dev.sana4j.server.jobs.JobService} takes a {@link dev.sana4j.server.jobs.JobOrder} and
 * gives a {@link dev.sana4j.server.jobs.Job}. Its images wait in a queue that gives every client
 * its turn; one thread takes them, several at once where that is faster, and an {@link
 * dev.sana4j.server.jobs.ImageGenerator} makes them.
 */
@NullMarked
package dev.sana4j.server.jobs;

import org.jspecify.annotations.NullMarked;
