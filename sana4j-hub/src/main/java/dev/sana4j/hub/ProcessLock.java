package dev.sana4j.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Prevents other threads and processes from doing the same work. The system releases a lock when
 * its process ends, even after a crash. On disks without locks, files are still complete when they
 * appear, because they are moved into place.
 */
public final class ProcessLock {
  private static final int PAUSE_MILLIS = 200;

  /** Locks between threads, because a process can hold only one lock per file. */
  private static final Map<Path, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();

  private ProcessLock() {}

  /**
   * Runs something while holding a lock.
   *
   * @param file the file to lock; created if missing, and not deleted
   * @param waiting runs once if another process holds the lock
   * @param body runs with the lock
   * @throws HubException if the file cannot be created, or the thread is interrupted
   */
  public static void hold(Path file, Runnable waiting, Runnable body) {
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
      return false; // locks are not supported
    }
  }
}
