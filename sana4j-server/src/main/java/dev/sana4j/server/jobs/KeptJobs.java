package dev.sana4j.server.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Unfinished jobs, and for some time finished ones. Thread-safe. */
final class KeptJobs {
  private final Duration keptFor;
  private final int most;
  private final Map<String, Job> jobs = new LinkedHashMap<>();
  private final Deque<Job> ended = new ArrayDeque<>();

  KeptJobs(Duration keptFor, int most) {
    this.keptFor = keptFor;
    this.most = most;
  }

  synchronized void add(Job job) {
    jobs.put(job.id(), job);
  }

  synchronized void remove(Job job) {
    jobs.remove(job.id());
  }

  /** Records that a job has ended; returns the jobs that are no longer kept. */
  synchronized List<Job> ended(Job job) {
    if (job.order().kept() && jobs.containsKey(job.id())) {
      ended.addLast(job);
    } else {
      jobs.remove(job.id());
    }
    List<Job> gone = new ArrayList<>();
    while (ended.size() > most) {
      gone.add(removeOldest());
    }
    return gone;
  }

  /** Returns the jobs that are no longer kept. */
  synchronized List<Job> forget(Instant now) {
    List<Job> gone = new ArrayList<>();
    while (!ended.isEmpty() && isOld(ended.getFirst(), now)) {
      gone.add(removeOldest());
    }
    return gone;
  }

  private Job removeOldest() {
    Job oldest = ended.removeFirst();
    jobs.remove(oldest.id());
    return oldest;
  }

  private boolean isOld(Job job, Instant now) {
    Instant end = job.state().ended();
    return end != null && end.plus(keptFor).isBefore(now);
  }

  synchronized Optional<Job> find(String id) {
    return Optional.ofNullable(jobs.get(id));
  }

  /** Returns the unfinished jobs, oldest first. */
  List<Job> active() {
    return all().stream().filter(job -> !job.hasEnded()).toList();
  }

  /** Returns all jobs, oldest first. */
  synchronized List<Job> all() {
    return List.copyOf(jobs.values());
  }
}
