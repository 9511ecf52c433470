package dev.sana4j.train.workers;

import dev.sana4j.tensor.ProcessEnd;
import dev.sana4j.tensor.WorkerGroup;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Code of a process that rank 0 has started; its standard input stays open while rank 0 runs. */
final class StartedWorker {
  private static final String RANK = "sana4j.worker.rank";
  private static final String MEETING = "sana4j.worker.meeting";

  private StartedWorker() {}

  /** The options that start a process as such a worker. */
  static List<String> options(int rank, Path meeting) {
    return List.of("-D" + RANK + "=" + rank, "-D" + MEETING + "=" + meeting);
  }

  static boolean isThisProcess() {
    return System.getProperty(MEETING) != null;
  }

  static int rank() {
    return Integer.getInteger(RANK, 0);
  }

  static <T extends @Nullable Object> T run(int size, Function<WorkerGroup, T> training) {
    Path meeting = Path.of(System.getProperty(MEETING, ""));
    Thread watch = new Thread(() -> endWithRankZero(meeting), "rank 0 watch");
    watch.setDaemon(true);
    watch.start();
    return Workers.inGroup(Workers.joinHere(meeting, rank(), size), training);
  }

  /** A thread in native code cannot be interrupted, so the process is halted. */
  private static void endWithRankZero(Path meeting) {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The pipe broke: rank 0 has ended as well.
    } finally {
      Workers.delete(meeting);
      ProcessEnd.halt(Workers.LOST_STATUS);
    }
  }
}
