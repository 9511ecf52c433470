package dev.sana4j.server.jobs;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A queue of waiting images in which clients take turns. A client whose model must be loaded first
 * lets a few others pass, so that two clients with different models do not load one for each image.
 * Thread-safe.
 */
final class FairQueue {
  /** How many batches may pass the client whose turn it is. */
  static final int MOST_PASSED = 8;

  private final int capacity;
  private final int perClient;
  private final Deque<Line> turns = new ArrayDeque<>();
  private final Map<String, Line> lines = new HashMap<>();
  private int jobs;
  private int passed;
  private boolean closed;

  /** Decides which images can be in one batch. */
  interface Company {
    /** Returns the maximum batch size for an image. */
    int most(ImageTask first);

    /** Returns whether an image can be started without loading a model. */
    boolean isReady(ImageTask task);

    /** Returns whether both images can be in one batch. */
    boolean fits(ImageTask first, ImageTask other);
  }

  /** The images of one client, in the order they arrived. */
  private static final class Line {
    private final String client;
    private final Deque<ImageTask> tasks = new ArrayDeque<>();

    Line(String client) {
      this.client = client;
    }

    Set<Job> jobs() {
      Set<Job> jobs = new LinkedHashSet<>();
      tasks.forEach(task -> jobs.add(task.job()));
      return jobs;
    }
  }

  FairQueue(int capacity, int perClient) {
    this.capacity = capacity;
    this.perClient = perClient;
  }

  /**
   * Checks whether there is room for one more job.
   *
   * @throws QueueFullException if the queue is full
   */
  synchronized void requireRoom(Client owner, Duration retryAfter) {
    if (closed) {
      throw new StoppingException();
    }
    if (jobs >= capacity) {
      throw new QueueFullException("the queue is full: " + jobs + " jobs are waiting", retryAfter);
    }
    Line line = lines.get(owner.name());
    int own = line == null ? 0 : line.jobs().size();
    if (own >= perClient) {
      throw new QueueFullException("this client already has " + own + " waiting jobs", retryAfter);
    }
  }

  /**
   * Adds all images of a job.
   *
   * @throws QueueFullException if the queue is full
   */
  synchronized void add(Job job, Duration retryAfter) {
    requireRoom(job.owner(), retryAfter);
    addAgain(job);
  }

  /**
   * Adds the unfinished images of a job that was accepted before, even if the queue is full. A job
   * that waits already, or has all its images, is not added.
   */
  synchronized void addAgain(Job job) {
    List<ImageTask> lacking =
        IntStream.range(0, job.count())
            .filter(job::lacks)
            .mapToObj(image -> new ImageTask(job, image))
            .toList();
    Line known = lines.get(job.owner().name());
    if (lacking.isEmpty() || (known != null && known.jobs().contains(job))) {
      return;
    }
    Line line = lines.computeIfAbsent(job.owner().name(), Line::new);
    if (line.tasks.isEmpty()) {
      turns.addLast(line);
    }
    line.tasks.addAll(lacking);
    jobs++;
    notifyAll();
  }

  /**
   * Takes the next image, and others that fit into its batch.
   *
   * @param window how long to wait for others
   * @return empty once the queue is closed and empty
   */
  synchronized List<ImageTask> take(Company company, Duration window) throws InterruptedException {
    while (turns.isEmpty()) {
      if (closed) {
        return List.of();
      }
      wait();
    }
    List<ImageTask> taken = new ArrayList<>();
    Line line = next(company);
    ImageTask first = line.tasks.getFirst();
    taken.add(first);
    remove(line, first);
    int most = company.most(first);
    long until = System.nanoTime() + window.toNanos();
    while (true) {
      gather(taken, most, company);
      long left = until - System.nanoTime();
      if (taken.size() >= most || left <= 0 || closed) {
        return taken;
      }
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
  }

  /** Returns the first client whose image is ready; the first of all if too many have passed it. */
  private Line next(Company company) {
    Line first = turns.getFirst();
    for (Line line : turns) {
      if (passed < MOST_PASSED && company.isReady(line.tasks.getFirst())) {
        passed = line == first ? 0 : passed + 1;
        return line;
      }
    }
    passed = 0;
    return first;
  }

  /** Takes images of the clients in turn, while there are any. */
  private void gather(List<ImageTask> taken, int most, Company company) {
    boolean found = true;
    while (found) {
      found = false;
      for (Line line : List.copyOf(turns)) {
        if (taken.size() >= most) {
          return;
        }
        ImageTask next =
            line.tasks.stream()
                .filter(task -> company.fits(taken.get(0), task))
                .findFirst()
                .orElse(null);
        if (next != null) {
          taken.add(next);
          remove(line, next);
          found = true;
        }
      }
    }
  }

  /** Removes an image and moves its client to the end of the turns. */
  private void remove(Line line, ImageTask task) {
    line.tasks.remove(task);
    if (line.tasks.stream().noneMatch(other -> other.job() == task.job())) {
      jobs--;
    }
    turns.remove(line);
    if (line.tasks.isEmpty()) {
      lines.remove(line.client);
    } else {
      turns.addLast(line);
    }
  }

  /** Removes the remaining images of a job. */
  synchronized void remove(Job job) {
    Line line = lines.get(job.owner().name());
    if (line == null || !line.tasks.removeIf(task -> task.job() == job)) {
      return;
    }
    jobs--;
    if (line.tasks.isEmpty()) {
      turns.remove(line);
      lines.remove(line.client);
    }
    notifyAll();
  }

  /** Returns the number of waiting jobs. */
  synchronized int jobs() {
    return jobs;
  }

  /** Returns the number of waiting images. */
  synchronized int images() {
    return turns.stream().mapToInt(line -> line.tasks.size()).sum();
  }

  /** Returns how many jobs will start before this one if no other job arrives. */
  synchronized int ahead(Job job) {
    Line own = lines.get(job.owner().name());
    int before = own == null ? -1 : place(own, job);
    if (before < 0) {
      return 0;
    }
    return before
        + lines.values().stream()
            .filter(line -> line != own)
            .mapToInt(line -> Math.min(line.jobs().size(), before + 1))
            .sum();
  }

  private static int place(Line line, Job job) {
    int before = 0;
    for (Iterator<Job> jobs = line.jobs().iterator(); jobs.hasNext(); before++) {
      if (jobs.next() == job) {
        return before;
      }
    }
    return -1;
  }

  /** Closes the queue for new jobs; waiting images can still be taken. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
