package dev.sana4j.server.jobs;

import dev.sana4j.pipeline.request.GenerationListener.Preview;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A job: the images of one request, from submission to the end. Thread-safe. */
public final class Job {
  private final String id;
  private final Client owner;
  private final Instant created;
  private final long deadline; // in the time of System.nanoTime
  private final Consumer<Job> atEnd;
  private final List<JobWatch> watches = new CopyOnWriteArrayList<>();
  private final @Nullable JobImage[] images;
  private final int[] steps;
  private final Set<String> notes = new CopyOnWriteArraySet<>();
  private int stepsOfEach;
  private int stepsBefore;
  private volatile JobOrder order;
  private JobStatus status = JobStatus.QUEUED;
  private @Nullable Instant started;
  private @Nullable Instant ended;
  private @Nullable JobError error;
  private @Nullable Preview lastPreview;
  private boolean screened;
  private boolean interrupted;
  private boolean settled; // it has ended, and all listeners were notified

  Job(String id, Client owner, JobOrder order, Instant created, Consumer<Job> atEnd) {
    this.id = id;
    this.owner = owner;
    this.order = order;
    this.created = created;
    this.atEnd = atEnd;
    deadline = System.nanoTime() + order.deadline().toNanos();
    images = new JobImage[order.request().images()];
    steps = new int[images.length];
    stepsOfEach = order.request().steps();
  }

  /**
   * Returns the id of the job, which cannot be guessed.
   *
   * @return letters and digits
   */
  public String id() {
    return id;
  }

  /**
   * Returns the owner.
   *
   * @return the client
   */
  public Client owner() {
    return owner;
  }

  /**
   * Returns the order.
   *
   * @return the order; after the end without the pixels of its input images
   */
  public JobOrder order() {
    return order;
  }

  /**
   * Returns the time of submission.
   *
   * @return a time
   */
  public Instant created() {
    return created;
  }

  /** Sets the denoising steps of each image, which the progress refers to. */
  synchronized void expect(int stepsOfImage) {
    stepsOfEach = stepsOfImage;
    for (int i = 0; i < images.length; i++) {
      steps[i] = images[i] == null ? 0 : stepsOfImage;
    }
  }

  /** Takes over what happened before the server was started. */
  synchronized void continueFrom(JobPast past) {
    status = past.status();
    started = past.started();
    ended = past.ended();
    error = past.error();
    settled = status.isEnd();
    notes.addAll(past.notes());
    for (JobImage image : past.images()) {
      images[image.index()] = image;
      steps[image.index()] = stepsOfEach;
    }
  }

  /** Adds a message to the client; all images of a job have the same ones. */
  void note(String note) {
    notes.add(note);
  }

  /**
   * Returns the messages to the client, for example that its prompt is too long.
   *
   * @return lines without a fixed form
   */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /**
   * A snapshot of the state of a job.
   *
   * @param status its status
   * @param started when its first image was started, or null
   * @param ended when it ended, or null
   * @param step completed denoising steps of all images
   * @param steps total denoising steps
   * @param stepsBefore steps that were completed before it was started; 0 except after a restart
   * @param images finished images in their order
   * @param error why it has no images, or null
   */
  public record State(
      JobStatus status,
      @Nullable Instant started,
      @Nullable Instant ended,
      int step,
      int steps,
      int stepsBefore,
      List<JobImage> images,
      @Nullable JobError error) {}

  /**
   * Returns the current state.
   *
   * @return a consistent snapshot
   */
  public synchronized State state() {
    return new State(
        status,
        started,
        ended,
        step(),
        stepsOfEach * steps.length,
        stepsBefore,
        Arrays.stream(images).filter(Objects::nonNull).toList(),
        error);
  }

  private int step() {
    return Arrays.stream(steps).sum();
  }

  /**
   * Returns whether the job has ended.
   *
   * @return true if its state is final
   */
  public synchronized boolean hasEnded() {
    return status.isEnd();
  }

  /**
   * Waits for the end.
   *
   * @param longest maximum time to wait
   * @return whether it has ended
   * @throws InterruptedException if the thread is interrupted
   */
  public synchronized boolean awaitEnd(Duration longest) throws InterruptedException {
    long until = System.nanoTime() + longest.toNanos();
    while (!settled) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
    return true;
  }

  /**
   * Subscribes to the events from now on.
   *
   * @return a subscription, to be closed by the caller
   */
  public synchronized JobWatch watch() {
    JobWatch watch = new JobWatch(watches::remove);
    watches.add(watch);
    if (settled) {
      watch.tell(new JobEvent.Ended());
    }
    return watch;
  }

  /** Cancels the job within one denoising step; no effect if it has ended. */
  public void cancel() {
    end(JobStatus.CANCELLED, null, Instant.now());
  }

  /**
   * Ends the job with the images it has. If it has none, the current image is delivered as far as
   * it is, from its last preview, or finished if there is no preview before. No effect before the
   * first image is started, and after the end.
   */
  public void interrupt() {
    boolean hasImage;
    synchronized (this) {
      if (status != JobStatus.RUNNING) {
        return;
      }
      interrupted = true;
      hasImage = Arrays.stream(images).anyMatch(Objects::nonNull);
    }
    if (hasImage) {
      cancel();
    }
  }

  /** Returns whether only one more image is wanted, as far as it is. */
  synchronized boolean isInterrupted() {
    return interrupted && !status.isEnd();
  }

  int count() {
    return images.length;
  }

  boolean isPastDeadline(long now) {
    return now - deadline > 0;
  }

  /** Returns whether no image was started since the server was. */
  synchronized boolean isWaiting() {
    return status == JobStatus.QUEUED;
  }

  /** Returns whether an image is not finished. */
  synchronized boolean lacks(int image) {
    return images[image] == null;
  }

  /** Marks the job as running; returns whether an image may be started. */
  synchronized boolean begin(Instant now) {
    if (status == JobStatus.QUEUED) {
      status = JobStatus.RUNNING;
      started = now;
      stepsBefore = step();
    }
    return !status.isEnd();
  }

  /** Returns whether the prompt must still be screened; true only for the first call. */
  synchronized boolean needsScreening() {
    boolean first = !screened;
    screened = true;
    return first;
  }

  synchronized void progressed(int image, int done) {
    steps[image] = Math.min(done, stepsOfEach);
    tell(new JobEvent.Progressed());
  }

  synchronized void previewed(Preview preview) {
    lastPreview = preview;
    tell(new JobEvent.Previewed(preview));
  }

  /**
   * Returns the latest preview.
   *
   * @return null if there is none, or previews were not requested
   */
  public synchronized @Nullable Preview lastPreview() {
    return lastPreview;
  }

  void imageDone(JobImage image, Instant now) {
    boolean last;
    boolean enough;
    synchronized (this) {
      if (status.isEnd()) {
        return;
      }
      images[image.index()] = image;
      steps[image.index()] = stepsOfEach;
      last = Arrays.stream(images).allMatch(Objects::nonNull);
      enough = interrupted;
      tell(new JobEvent.ImageDone(image));
    }
    if (last || enough) {
      end(enough ? JobStatus.CANCELLED : JobStatus.SUCCEEDED, null, now);
    }
  }

  void fail(JobError.Kind kind, String message) {
    JobStatus how =
        switch (kind) {
          case PROMPT_REFUSED -> JobStatus.REFUSED;
          case DEADLINE -> JobStatus.EXPIRED;
          default -> JobStatus.FAILED;
        };
    end(how, new JobError(kind, message), Instant.now());
  }

  private void end(JobStatus how, @Nullable JobError why, Instant now) {
    synchronized (this) {
      if (status.isEnd()) {
        return;
      }
      status = how;
      error = why;
      ended = now;
      lastPreview = null;
      order = order.withoutPixels();
    }
    atEnd.accept(this);
    synchronized (this) {
      settled = true;
      tell(new JobEvent.Ended());
      notifyAll();
    }
  }

  private void tell(JobEvent event) {
    for (JobWatch watch : new ArrayList<>(watches)) {
      watch.tell(event);
    }
  }
}
