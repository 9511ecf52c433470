package dev.sana4j.server.jobs;

import static dev.sana4j.server.jobs.Orders.SOON;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * A job whose generator takes a step only after all earlier events were seen.
 *
 * @param job a submitted job of which no step was allowed
 * @param generator made by {@link FakeGenerator#gated}
 */
record GatedJob(Job job, FakeGenerator generator) {

  /** Runs the job to its end; returns what is seen after each event, the end not included. */
  <T> List<T> seen(BiFunction<Job, JobEvent, Optional<T>> look) throws InterruptedException {
    List<T> seen = new ArrayList<>();
    try (JobWatch watch = job.watch()) {
      generator.allow(1);
      JobEvent event = Objects.requireNonNull(watch.next(SOON));
      while (!(event instanceof JobEvent.Ended)) {
        look.apply(job, event).ifPresent(seen::add);
        if (event instanceof JobEvent.Progressed) {
          generator.allow(1);
        }
        event = Objects.requireNonNull(watch.next(SOON));
      }
    }
    return seen;
  }
}
