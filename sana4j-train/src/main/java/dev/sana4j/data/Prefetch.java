package dev.sana4j.data;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs tasks ahead on background threads and gives their results in order. */
final class Prefetch<T> implements AutoCloseable {
  private final Iterator<Callable<T>> tasks;
  private final ExecutorService executor;
  private final Deque<Future<T>> ahead = new ArrayDeque<>();
  private final int depth;

  /**
   * Starts immediately.
   *
   * @param tasks asked for on the caller's thread only
   * @param threads how many run at a time
   * @param depth how many results are waiting or being made, at most
   */
  Prefetch(Iterator<Callable<T>> tasks, int threads, int depth) {
    this.tasks = tasks;
    this.depth = depth;
    executor =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              var thread = new Thread(task, "sana4j-data");
              thread.setDaemon(true);
              return thread;
            });
    fill();
  }

  private void fill() {
    while (ahead.size() < depth && tasks.hasNext()) {
      ahead.add(executor.submit(tasks.next()));
    }
  }

  boolean hasNext() {
    return !ahead.isEmpty();
  }

  /** Waits for the next result; a failure of its task is thrown here. */
  T next() {
    Future<T> first = ahead.poll();
    if (first == null) {
      throw new NoSuchElementException();
    }
    try {
      T result = first.get();
      fill();
      return result;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataException("interrupted while waiting for images", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DataException data) {
        throw data;
      }
      throw new DataException("loading images failed: " + e.getCause(), e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
    ahead.clear();
  }
}
