package dev.sana4j.tensor;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/**
 * Runs parts of one piece of work in parallel, each on its own thread.
 *
 * <p>When all threads share every operation, they synchronize after each one. In a small network
 * that takes longer than the work itself. Threads that each process a part of the batch synchronize
 * only once.
 */
public final class ParallelParts {
  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(ParallelParts::thread);

  private ParallelParts() {}

  private static Thread thread(Runnable body) {
    return new PartThread(body);
  }

  private static final class PartThread extends Thread {
    PartThread(Runnable body) {
      super(body, "sana4j-part");
      setDaemon(true);
    }
  }

  /**
   * Returns whether the calling thread runs a part, and so must not split its work again.
   *
   * @return true on a thread of a part
   */
  public static boolean isPart() {
    return Thread.currentThread() instanceof PartThread;
  }

  /**
   * Runs all parts at the same time and returns when all have ended. Operations inside a part use
   * its share of {@link Libtorch#threads}. Concurrent calls wait for each other.
   *
   * @param parts at least one; each creates its results in its own scope and must only read shared
   *     data
   * @return the results of each part, in the order of the parts; owned by the current scope
   * @throws RuntimeException or Error thrown by the first part that failed
   */
  public static List<List<Tensor>> run(List<Supplier<List<Tensor>>> parts) {
    List<Supplier<Listed>> listed =
        parts.stream().<Supplier<Listed>>map(part -> () -> new Listed(part.get())).toList();
    return groups(listed).stream().map(Listed::tensors).toList();
  }

  private record Listed(List<Tensor> tensors) implements TensorGroup {}

  /**
   * Runs all parts like {@link #run}, for results that are records of tensors.
   *
   * @param parts at least one; each creates its result in its own scope and must only read shared
   *     data
   * @param <T> the type of a result
   * @return the result of each part, in the order of the parts; owned by the current scope
   * @throws RuntimeException or Error thrown by the first part that failed
   */
  public static synchronized <T extends TensorGroup> List<T> groups(List<Supplier<T>> parts) {
    int all = Libtorch.threads();
    int share = Math.max(1, all / parts.size());
    int blas = openblas_nolapack.blas_get_num_threads();
    try {
      openblas_nolapack.blas_set_num_threads(share);
      return results(parts.stream().map(part -> started(part, share)).toList());
    } finally {
      torch.set_num_threads(all); // already set for this thread; new threads inherit it
      openblas_nolapack.blas_set_num_threads(blas);
    }
  }

  /**
   * Starts a part. If no thread is available, the part counts as failed, since others may be
   * running.
   */
  private static <T extends TensorGroup> CompletableFuture<T> started(
      Supplier<T> part, int threads) {
    try {
      return CompletableFuture.supplyAsync(() -> alone(part, threads), THREADS);
    } catch (OutOfMemoryError e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static <T extends TensorGroup> T alone(Supplier<T> part, int threads) {
    if (torch.get_num_threads() != threads) {
      torch.set_num_threads(threads);
    }
    return TensorScope.tidy(part);
  }

  /** Waits for all parts even if one failed, because they read tensors of the caller. */
  private static <T extends TensorGroup> List<T> results(List<CompletableFuture<T>> parts) {
    CompletableFuture<?> end = CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new));
    try {
      end.join();
    } catch (CompletionException e) {
      parts.stream()
          .filter(part -> !part.isCompletedExceptionally())
          .forEach(part -> part.join().tensors().forEach(Tensor::close));
      throw unwrapped(e);
    }
    List<T> results = parts.stream().map(CompletableFuture::join).toList();
    results.forEach(made -> made.tensors().forEach(TensorScope::adopt));
    return results;
  }

  private static RuntimeException unwrapped(CompletionException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return e.getCause() instanceof RuntimeException cause ? cause : e;
  }
}
