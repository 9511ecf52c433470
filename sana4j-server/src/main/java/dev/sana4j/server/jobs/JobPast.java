package dev.sana4j.server.jobs;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a job before the server was started.
 *
 * @param started when it was started, or null
 * @param ended when it ended, or null
 * @param status its final status, or {@link JobStatus#QUEUED} if it has not ended
 * @param error why it has no images, or null
 * @param images its finished images
 * @param notes messages to the client
 */
record JobPast(
    @Nullable Instant started,
    @Nullable Instant ended,
    JobStatus status,
    @Nullable JobError error,
    List<JobImage> images,
    List<String> notes) {}
