package dev.sana4j.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Prevents other threads and processes from doing the same work. The system releases a lock when
 * its process ends, even after a crash. On disks without locks, two processes may do the same work,
 * so results must be moved into place when they are complete.
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
   * @throws IOException if the file cannot be created
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public static void hold(Path file, Runnable waiting, Runnable body)
      throws IOException, InterruptedException {
    ReentrantLock inProcess = IN_PROCESS.computeIfAbsent(file, key -> new ReentrantLock());
    inProcess.lockInterruptibly();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      await(channel, waiting);
      body.run();
    } finally {
      inProcess.unlock();
    }
  }

  private static void await(FileChannel channel, Runnable waiting) throws InterruptedException {
    for (int tries = 0; isTaken(channel); tries++) {
      if (tries == 0) {
        waiting.run();
      }
      Thread.sleep(PAUSE_MILLIS);
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
