package dev.sana4j.server.http;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Work on pixels for a request, such as resizing, which needs several copies of an image: one at a
 * time, so that many requests together do not fill the memory.
 */
public final class ImageWork {
  private static final ReentrantLock LOCK = new ReentrantLock(true);

  private ImageWork() {}

  /**
   * Does the work when no other is being done.
   *
   * @param work the work
   * @param <T> type of the result
   * @return the result of the work
   */
  public static <T> T exclusively(Supplier<T> work) {
    LOCK.lock();
    try {
      return work.get();
    } finally {
      LOCK.unlock();
    }
  }
}
