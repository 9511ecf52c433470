package dev.sana4j.server.jobs;

import dev.sana4j.server.store.JobStore;
import dev.sana4j.server.store.StoreException;
import dev.sana4j.server.store.StoredEnd;
import dev.sana4j.server.store.StoredImage;
import dev.sana4j.server.store.StoredJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Writes jobs and images to the store. Jobs of clients that wait for their answer are not stored,
 * since after a restart nobody can ask for them; only their images are, if clients know their
 * names. Thread-safe.
 */
final class JobRecords {
  private final JobStore store;
  private final JobObserver observer;
  private final Queue<Job> unwrittenEnds = new ConcurrentLinkedQueue<>();
  private final Queue<String> goneJobs = new ConcurrentLinkedQueue<>();
  private final Queue<String> goneImages = new ConcurrentLinkedQueue<>();
  private boolean failing;

  JobRecords(JobStore store, JobObserver observer) {
    this.store = store;
    this.observer = observer;
  }

  /** Returns whether a job is stored, so that it survives a restart. */
  boolean has(Job job) {
    return store.isDurable() && job.order().survives();
  }

  /**
   * Stores an accepted job.
   *
   * @throws StoreException if it cannot be stored
   */
  void accept(Job job) {
    if (!has(job)) {
      return;
    }
    OrderJson.Written order = OrderJson.write(job.order());
    try {
      store.accept(
          StoredJob.accepted(
              job.id(), OrderJson.write(job.owner()), order.json(), job.count(), job.created()),
          order.inputs());
    } catch (StoreException e) {
      observer.warning(String.valueOf(e.getMessage()));
      throw e;
    }
  }

  /** Marks jobs as started, before their first images are. */
  void starting(List<ImageTask> tasks, Instant now) {
    if (!store.isDurable()) {
      return;
    }
    List<String> jobs =
        tasks.stream()
            .map(ImageTask::job)
            .distinct()
            .filter(job -> has(job) && job.isWaiting())
            .map(Job::id)
            .toList();
    if (jobs.isEmpty()) {
      return;
    }
    try {
      store.started(jobs, now);
    } catch (StoreException e) { // the images can be generated nevertheless
      observer.warning(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Stores a finished image.
   *
   * @throws StoreException if it cannot be stored
   */
  void add(Job job, JobImage image, byte[] file, Instant now) {
    JobImage.Place place = image.keptPlace();
    store.add(
        new StoredImage(
            place.name(),
            job.id(),
            image.index(),
            image.seed(),
            image.score(),
            image.size().width(),
            image.size().height(),
            image.format().name(),
            image.length(),
            place.expires(),
            true),
        file,
        job.notes(),
        now);
  }

  Optional<byte[]> file(String name) {
    return store.file(name);
  }

  /** Stores the end of a job. The last image has stored a success; a job that stops continues. */
  void ended(Job job) {
    if (has(job) && job.state().status() != JobStatus.SUCCEEDED && !isInterrupted(job)) {
      unwrittenEnds.add(job);
      writeEnds();
    }
  }

  private static boolean isInterrupted(Job job) {
    JobError error = job.state().error();
    return error != null && error.kind() == JobError.Kind.STOPPING;
  }

  private void writeEnds() {
    attempt(
        () -> {
          for (Job job : List.copyOf(unwrittenEnds)) {
            store.end(job.id(), end(job.state()));
            unwrittenEnds.remove(job);
          }
        });
  }

  private static StoredEnd end(Job.State state) {
    JobError error = state.error();
    Instant ended = state.ended();
    return new StoredEnd(
        ended == null ? Instant.now() : ended,
        state.status().name(),
        error == null ? "" : error.kind().name(),
        error == null ? "" : error.message());
  }

  /** Removes jobs that are no longer kept. */
  void forget(Collection<Job> jobs) {
    jobs.stream()
        .filter(job -> has(job) && !isInterrupted(job))
        .forEach(job -> goneJobs.add(job.id()));
  }

  /** Removes a job that was not accepted after all, or cannot be read. */
  void forget(String id) {
    if (store.isDurable()) {
      goneJobs.add(id);
    }
  }

  /** Removes images; a durable store does so later, a store in memory at once. */
  void forgetImages(Collection<String> names) {
    if (store.isDurable()) {
      goneImages.addAll(names);
    } else if (!names.isEmpty()) {
      store.remove(List.of(), names);
    }
  }

  /** Removes images that cannot be read, before their jobs continue. */
  void discardImages(Collection<String> names) {
    attempt(() -> store.discard(names));
  }

  /** Writes what could not be written before, and removes what is no longer kept. */
  void tidy() {
    if (!store.isDurable()) {
      return;
    }
    writeEnds();
    List<String> jobs = new ArrayList<>(goneJobs);
    List<String> images = new ArrayList<>(goneImages);
    attempt(
        () -> {
          store.remove(jobs, images);
          goneJobs.removeAll(jobs);
          goneImages.removeAll(images);
        });
  }

  /** The process ends in an orderly way: no job has ended it. */
  void release() {
    tidy();
    attempt(store::released);
  }

  /** Warns once when the store begins to fail; everything is attempted again later. */
  private synchronized void attempt(Runnable change) {
    try {
      change.run();
      failing = false;
    } catch (StoreException e) {
      if (!failing) {
        observer.warning(String.valueOf(e.getMessage()));
      }
      failing = true;
    }
  }

  long bytes() {
    return store.bytes();
  }
}
