package dev.sana4j.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps other threads and other processes from fetching the same blob. The system releases a lock
 * when its process ends, however that happens. Where a disk has no locks, blobs still appear whole:
 * they are moved into place.
 */
final class BlobLock {
  private static final int PAUSE_MILLIS = 200;

  /** A process has one lock for a file, whatever its threads do. */
  private static final Map<Path, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();

  private BlobLock() {}

  /**
   * Does something that nobody else does at the time.
   *
   * @param file that is locked; made if missing, and left there
   * @param waiting is run once if another process has the lock
   * @param body what to do
   * @throws HubException if the file cannot be made, or the thread is interrupted
   */
  static void hold(Path file, Runnable waiting, Runnable body) {
    ReentrantLock inProcess = IN_PROCESS.computeIfAbsent(file, key -> new ReentrantLock());
    try {
      inProcess.lockInterruptibly();
    } catch (InterruptedException e) {
      throw Retries.interrupted(e);
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      await(channel, waiting);
      body.run();
    } catch (IOException e) {
      throw HubCache.failure(file, "cannot be opened", e);
    } finally {
      inProcess.unlock();
    }
  }

  private static void await(FileChannel channel, Runnable waiting) {
    try {
      for (int tries = 0; isTaken(channel); tries++) {
        if (tries == 0) {
          waiting.run();
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      throw Retries.interrupted(e);
    }
  }

  private static boolean isTaken(FileChannel channel) {
    try {
      return channel.tryLock() == null;
    } catch (IOException e) {
      return false; // no locks here
    }
  }
}
