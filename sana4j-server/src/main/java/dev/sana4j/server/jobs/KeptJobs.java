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

/** Jobs that have not ended, and for a while those that have. Safe for several threads. */
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

  /** From now on it counts as one of the past. */
  synchronized void ended(Job job) {
    if (job.order().kept() && jobs.containsKey(job.id())) {
      ended.addLast(job);
    } else {
      jobs.remove(job.id());
    }
    while (ended.size() > most) {
      jobs.remove(ended.removeFirst().id());
    }
  }

  synchronized void forget(Instant now) {
    while (!ended.isEmpty() && isOld(ended.getFirst(), now)) {
      jobs.remove(ended.removeFirst().id());
    }
  }

  private boolean isOld(Job job, Instant now) {
    Instant end = job.state().ended();
    return end != null && end.plus(keptFor).isBefore(now);
  }

  synchronized Optional<Job> find(String id) {
    return Optional.ofNullable(jobs.get(id));
  }

  /** Those that have not ended, the oldest first. */
  List<Job> active() {
    List<Job> all;
    synchronized (this) {
      all = new ArrayList<>(jobs.values());
    }
    return all.stream().filter(job -> !job.hasEnded()).toList();
  }
}
