package dev.sana4j.pipeline;

import dev.sana4j.diffusion.SamplingCancelledException;
import dev.sana4j.tensor.Libtorch;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call of a pipeline: it waits in the queue, and runs on the worker thread. Whoever completes
 * {@link #result} first ends the call: the work itself, a cancellation, a timeout, or {@link
 * #fail}.
 */
final class PipelineCall<T> implements Runnable {
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private final Function<BooleanSupplier, T> body;
  private final Executor completing;

  private PipelineCall(Function<BooleanSupplier, T> body, Executor completing) {
    this.body = body;
    this.completing = completing;
  }

  /**
   * Returns a call whose caller waits for it.
   *
   * @param body the work; its argument says whether the call has ended early
   */
  static <T> PipelineCall<T> awaited(Function<BooleanSupplier, T> body) {
    return new PipelineCall<>(body, Runnable::run);
  }

  /**
   * Returns a call with a future. Actions that depend on the future never run on the worker thread,
   * which they would block.
   *
   * @param body the work; its argument says whether the call has ended early
   */
  static <T> PipelineCall<T> detached(Function<BooleanSupplier, T> body) {
    return new PipelineCall<>(body, new CompletableFuture<T>().defaultExecutor());
  }

  CompletableFuture<T> result() {
    return result;
  }

  @Override
  public void run() {
    if (result.isDone()) {
      return;
    }
    try {
      Libtorch.useSetThreads();
      T made = body.apply(result::isDone);
      completing.execute(() -> result.complete(made));
    } catch (Throwable e) { // its caller must be notified, and the thread must survive
      fail(e);
    }
  }

  /** Ends the call with an error; has no effect if it has ended. */
  void fail(Throwable error) {
    completing.execute(() -> result.completeExceptionally(error));
  }

  /**
   * Waits for the result.
   *
   * @return the result of the work
   * @throws SamplingCancelledException if the waiting thread is interrupted; it stays interrupted
   * @throws RuntimeException or Error thrown by the work
   */
  T await() {
    try {
      return result.get();
    } catch (InterruptedException e) {
      var unused = result.cancel(false);
      Thread.currentThread().interrupt();
      throw new SamplingCancelledException("the thread that waited for the images was interrupted");
    } catch (ExecutionException e) {
      throw thrown(e.getCause());
    }
  }

  private static RuntimeException thrown(@Nullable Throwable error) {
    if (error instanceof Error serious) {
      throw serious;
    }
    return error instanceof RuntimeException known ? known : new IllegalStateException(error);
  }
}
