package dev.sana4j.server.jobs;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A subscription to the events of a job, in their order. */
public final class JobWatch implements AutoCloseable {
  /**
   * Maximum number of pending events; a slower subscriber misses steps and previews, never an image
   * or the end.
   */
  private static final int LONGEST = 256;

  private final Deque<JobEvent> events = new ArrayDeque<>();
  private final Consumer<JobWatch> atClose;

  JobWatch(Consumer<JobWatch> atClose) {
    this.atClose = atClose;
  }

  synchronized void tell(JobEvent event) {
    boolean same = event instanceof JobEvent.Progressed && event.equals(events.peekLast());
    boolean spare = event instanceof JobEvent.Progressed || event instanceof JobEvent.Previewed;
    if (same || (spare && events.size() >= LONGEST)) {
      return;
    }
    events.addLast(event);
    notifyAll();
  }

  /**
   * Returns the next event.
   *
   * @param longest maximum time to wait
   * @return an event, or null if there was none
   * @throws InterruptedException if the thread is interrupted
   */
  public synchronized @Nullable JobEvent next(Duration longest) throws InterruptedException {
    long until = System.nanoTime() + longest.toNanos();
    while (events.isEmpty()) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        return null;
      }
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
    return events.pollFirst();
  }

  @Override
  public void close() {
    atClose.accept(this);
  }
}
