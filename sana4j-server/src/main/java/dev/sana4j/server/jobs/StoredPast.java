package dev.sana4j.server.jobs;

import dev.sana4j.image.ImageException;
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
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The jobs of earlier runs of the server, read from the store. */
final class StoredPast {
  private final JobStore store;
  private final List<StoredJob> jobs;
  private final List<JobImage> present = new ArrayList<>();
  private final List<StoredImage> unreadable = new ArrayList<>();
  private final Map<String, List<JobImage>> images = new HashMap<>();

  private StoredPast(JobStore store) {
    this.store = store;
    jobs = store.jobs();
  }

  /**
   * Reads a store. Finished images of unfinished jobs are kept for longer, so that they do not
   * expire before the job ends.
   *
   * @param store the store
   * @param expires when images of unfinished jobs expire
   */
  static StoredPast read(JobStore store, Instant expires) {
    StoredPast past = new StoredPast(store);
    Set<String> unfinished =
        past.jobs.stream()
            .filter(job -> job.end() == null)
            .map(StoredJob::id)
            .collect(Collectors.toSet());
    List<String> extended = new ArrayList<>();
    for (StoredImage stored : store.images()) {
      boolean isLonger = unfinished.contains(stored.job()) && stored.expires().isBefore(expires);
      if (past.add(stored, isLonger ? expires : stored.expires()) && isLonger) {
        extended.add(stored.name());
      }
    }
    if (!extended.isEmpty()) {
      store.extend(extended, expires);
    }
    return past;
  }

  /** Adds an image; false if it cannot be read, for example because a newer version wrote it. */
  private boolean add(StoredImage stored, Instant expires) {
    try {
      JobImage image = image(stored, expires);
      images.computeIfAbsent(stored.job(), job -> new ArrayList<>()).add(image);
      if (stored.present()) {
        present.add(image);
      }
      return true;
    } catch (IllegalArgumentException | ImageException e) {
      unreadable.add(stored);
      return false;
    }
  }

  private static JobImage image(StoredImage stored, Instant expires) {
    return new JobImage(
        stored.index(),
        stored.seed(),
        stored.score(),
        new ImageSize(stored.width(), stored.height()),
        false,
        ImageFormat.valueOf(stored.format()),
        stored.length(),
        new JobImage.Place(stored.name(), expires),
        null);
  }

  /** Returns the images whose files exist. */
  List<JobImage> images() {
    return present;
  }

  /** Returns the images that were skipped, because their format or size is unknown. */
  List<StoredImage> unreadable() {
    return unreadable;
  }

  /**
   * A job that was read.
   *
   * @param job the job
   * @param attempts how often it was started since its last finished image
   */
  record Known(Job job, int attempts) {}

  /** Is notified of a job that cannot be read. */
  interface LostJob {
    void report(String id, RuntimeException reason);
  }

  /** Returns the jobs in the order they were accepted. */
  List<Known> jobs(Consumer<Job> atEnd, LostJob lost) {
    List<Known> known = new ArrayList<>();
    for (StoredJob stored : jobs) {
      try {
        known.add(new Known(job(stored, atEnd), stored.attempts()));
      } catch (IllegalArgumentException e) {
        lost.report(stored.id(), e);
      }
    }
    return known;
  }

  private Job job(StoredJob stored, Consumer<Job> atEnd) {
    boolean ended = stored.end() != null;
    JobOrder order =
        OrderJson.read(stored.order(), ended ? digest -> Optional.empty() : store::input);
    if (order.request().images() != stored.images()) {
      throw new IllegalArgumentException("a stored order has another number of images");
    }
    List<JobImage> made = images.getOrDefault(stored.id(), List.of());
    if (made.stream().anyMatch(image -> image.index() < 0 || image.index() >= stored.images())) {
      throw new IllegalArgumentException("a stored image has an index that is out of range");
    }
    Job job =
        new Job(stored.id(), OrderJson.client(stored.owner()), order, stored.created(), atEnd);
    job.continueFrom(past(stored, made));
    return job;
  }

  private static JobPast past(StoredJob stored, List<JobImage> made) {
    StoredEnd end = stored.end();
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
}
