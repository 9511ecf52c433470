package dev.sana4j.server.jobs;

import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSize;
import dev.sana4j.server.store.JobStore;
import dev.sana4j.server.store.StoredEnd;
import dev.sana4j.server.store.StoredImage;
import dev.sana4j.server.store.StoredJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the jobs of earlier runs of the server from the store. */
final class StoredPast {
  private final JobStore store;
  private final Map<String, List<JobImage>> images = new HashMap<>();

  StoredPast(JobStore store) {
    this.store = store;
  }

  /**
   * A job that was read.
   *
   * @param job the job
   * @param attempts how often it was started since its last finished image
   */
  record Known(Job job, int attempts) {}

  /** Is told of a job that cannot be read. */
  interface Unreadable {
    void tell(String id, RuntimeException reason);
  }

  /** Returns the images whose files exist, the first to expire first. */
  List<JobImage> images() {
    List<JobImage> present = new ArrayList<>();
    for (StoredImage stored : store.images()) {
      JobImage image = image(stored);
      images.computeIfAbsent(stored.job(), job -> new ArrayList<>()).add(image);
      if (stored.present()) {
        present.add(image);
      }
    }
    return present;
  }

  private static JobImage image(StoredImage stored) {
    return new JobImage(
        stored.index(),
        stored.seed(),
        new ImageSize(stored.width(), stored.height()),
        ImageFormat.valueOf(stored.format()),
        stored.length(),
        new JobImage.Place(stored.name(), stored.expires()),
        null);
  }

  /** Returns the jobs in the order they were accepted; call {@link #images} first. */
  List<Known> jobs(Consumer<Job> atEnd, Unreadable unreadable) {
    List<Known> jobs = new ArrayList<>();
    for (StoredJob stored : store.jobs()) {
      try {
        jobs.add(new Known(job(stored, atEnd), stored.attempts()));
      } catch (IllegalArgumentException e) {
        unreadable.tell(stored.id(), e);
      }
    }
    return jobs;
  }

  private Job job(StoredJob stored, Consumer<Job> atEnd) {
    boolean ended = stored.end() != null;
    JobOrder order =
        OrderJson.read(stored.order(), ended ? digest -> Optional.empty() : store::input);
    Job job =
        new Job(stored.id(), OrderJson.client(stored.owner()), order, stored.created(), atEnd);
    job.continueFrom(past(stored));
    return job;
  }

  private JobPast past(StoredJob stored) {
    StoredEnd end = stored.end();
    List<JobImage> made = images.getOrDefault(stored.id(), List.of());
    if (end == null) {
      return new JobPast(null, null, JobStatus.QUEUED, null, made, stored.notes());
    }
    return new JobPast(
        stored.started(),
        end.at(),
        JobStatus.valueOf(end.status()),
        error(end),
        made,
        stored.notes());
  }

  private static @Nullable JobError error(StoredEnd end) {
    return end.error().isEmpty()
        ? null
        : new JobError(JobError.Kind.valueOf(end.error()), end.message());
  }

  /** Keeps the finished images of an unfinished job as long as those that follow. */
  void extend(Job job, Instant expires) {
    List<String> names =
        images.getOrDefault(job.id(), List.of()).stream()
            .map(image -> image.keptPlace().name())
            .toList();
    if (!names.isEmpty()) {
      store.extend(names, expires);
    }
  }
}
