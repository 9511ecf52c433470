package dev.sana4j.spring;

import dev.sana4j.pipeline.SanaPipeline;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pipeline that is opened at its first use, and serves one caller at a time.
 *
 * <p>Inject it to use a pipeline for other tasks than the image model offers, such as inpainting:
 * {@code lazyPipeline.use(pipeline -> pipeline.generate(request))}.
 */
public final class LazyPipeline implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LazyPipeline.class);

  private final Supplier<SanaPipeline> opener;
  private final boolean closesPipeline;
  private final ReentrantLock oneAtATime = new ReentrantLock();
  private volatile @Nullable SanaPipeline pipeline;
  private volatile @Nullable RuntimeException failure;
  private volatile boolean closed;

  private LazyPipeline(Supplier<SanaPipeline> opener, boolean closesPipeline) {
    this.opener = opener;
    this.closesPipeline = closesPipeline;
  }

  /**
   * Returns a pipeline that is not open yet.
   *
   * @param opener opens the pipeline; called again after a failure
   * @return a pipeline that is closed with this object
   */
  public static LazyPipeline of(Supplier<SanaPipeline> opener) {
    return new LazyPipeline(opener, true);
  }

  /**
   * Returns an open pipeline.
   *
   * @param pipeline the pipeline, which the caller closes after this object
   * @return the same pipeline for one caller at a time
   */
  public static LazyPipeline of(SanaPipeline pipeline) {
    var open = new LazyPipeline(() -> pipeline, false);
    open.pipeline = pipeline;
    return open;
  }

  /**
   * Waits for other callers, opens the pipeline if necessary, and uses it.
   *
   * @param <T> type of the result
   * @param work uses the pipeline; must not keep it
   * @return the result of the work
   * @throws dev.sana4j.files.SanaException if the pipeline cannot be opened
   * @throws IllegalStateException if this object is closed
   */
  public <T> T use(Function<SanaPipeline, T> work) {
    oneAtATime.lock();
    try {
      return work.apply(open());
    } finally {
      oneAtATime.unlock();
    }
  }

  /**
   * Opens the pipeline if it is not open yet.
   *
   * @throws dev.sana4j.files.SanaException if it cannot be opened
   * @throws IllegalStateException if this object is closed
   */
  public void load() {
    use(open -> open.dtype());
  }

  private SanaPipeline open() {
    if (closed) {
      throw new IllegalStateException("the image model is closed; the application is stopping");
    }
    SanaPipeline open = pipeline;
    if (open != null) {
      return open;
    }
    long start = System.nanoTime();
    try {
      open = opener.get();
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    }
    pipeline = open;
    failure = null;
    LOG.info(
        "Loaded the image model in {} ms, precision {}",
        (System.nanoTime() - start) / 1_000_000,
        open.dtype());
    return open;
  }

  /**
   * Returns whether the pipeline is open.
   *
   * @return false before the first use and after closing
   */
  public boolean isLoaded() {
    return pipeline != null;
  }

  /**
   * Returns why the pipeline could not be opened the last time.
   *
   * @return empty unless the last attempt failed
   */
  public Optional<RuntimeException> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Returns whether this object is closed, or waits for the last caller to be closed.
   *
   * @return true after the call of {@link #close}
   */
  public boolean isClosed() {
    return closed;
  }

  /** Waits for the current caller, and closes the pipeline unless it belongs to somebody else. */
  @Override
  public void close() {
    closed = true;
    oneAtATime.lock();
    try {
      SanaPipeline open = pipeline;
      pipeline = null;
      if (open != null && closesPipeline) {
        open.close();
      }
    } finally {
      oneAtATime.unlock();
    }
  }
}
