package dev.sana4j.pipeline;

import dev.sana4j.pipeline.request.RequestException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The only thread that computes for a pipeline, and the queue of the calls for it, in the order of
 * their arrival.
 *
 * <p>Native libraries keep state per thread: libtorch whether gradients are recorded, OpenMP a
 * group of threads. A virtual thread can continue on another native thread, so it must not compute.
 * One thread of the pipeline also keeps fewer threads and less memory than computing on the threads
 * of all callers.
 */
final class PipelineWorker {
  private static final int IDLE_SECONDS = 60;

  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          1,
          1,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          body -> new WorkerThread(this, body));
  private final Set<PipelineCall<?>> open = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Boolean> freed = new CompletableFuture<>();

  /** Reading: the pipeline is used. Writing: it is closed, or its memory is freed. */
  private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();

  private boolean closed;

  PipelineWorker() {
    executor.allowCoreThreadTimeOut(true); // also ends the thread of a pipeline that nobody closes
  }

  private static final class WorkerThread extends Thread {
    private final PipelineWorker worker;

    WorkerThread(PipelineWorker worker, Runnable body) {
      super(null, body, "sana4j-pipeline", 0, false);
      this.worker = worker;
      setDaemon(true);
    }
  }

  private boolean isCurrentThread() {
    return Thread.currentThread() instanceof WorkerThread thread && thread.worker == this;
  }

  /**
   * Checks that the pipeline can be used.
   *
   * @throws PipelineClosedException if it is closed
   */
  void requireOpen() {
    whileOpen(() -> true);
  }

  /** Runs a body on this thread; the memory of the pipeline is not freed before it has ended. */
  <T> T whileOpen(Supplier<T> body) {
    life.readLock().lock();
    try {
      if (closed) {
        throw new PipelineClosedException();
      }
      return body.get();
    } finally {
      life.readLock().unlock();
    }
  }

  /** Queues a call and waits for its result. */
  <T> T await(PipelineCall<T> call) {
    if (isCurrentThread()) {
      throw new RequestException(
          "a listener must not wait for another image of its pipeline, which would never start;"
              + " use generateAsync, or start it after the call has returned");
    }
    return submit(call).await();
  }

  /** Queues a call. */
  <T> PipelineCall<T> submit(PipelineCall<T> call) {
    return whileOpen(
        () -> {
          open.add(call);
          var unused = call.result().whenComplete((made, error) -> forget(call));
          executor.execute(call);
          return call;
        });
  }

  /** Removes a call that has ended, which frees the images of its request. */
  private void forget(PipelineCall<?> call) {
    open.remove(call);
    executor.remove(call);
  }

  /**
   * Ends all calls, stops the thread, and waits until it has freed the memory of the pipeline. The
   * running generation stops at its next callback. On the worker thread itself, that is in a
   * listener, returns immediately; the memory is then freed when the listener has returned.
   *
   * @param free frees the memory
   */
  void close(Runnable free) {
    List.copyOf(stop(free)).forEach(call -> call.fail(new PipelineClosedException()));
    if (!isCurrentThread()) {
      var unused = freed.join();
    }
  }

  /** Returns the calls to end. */
  private Set<PipelineCall<?>> stop(Runnable free) {
    life.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        executor.execute(() -> free(free));
        executor.shutdown();
      }
      return open;
    } finally {
      life.writeLock().unlock();
    }
  }

  private void free(Runnable free) {
    life.writeLock().lock();
    try {
      free.run();
      freed.complete(true);
    } catch (RuntimeException | Error e) {
      freed.completeExceptionally(e);
    } finally {
      life.writeLock().unlock();
    }
  }
}
