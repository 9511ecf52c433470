package dev.sana4j.train.workers;

import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.ProcessEnd;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs one training in several processes.
 *
 * <p>On one machine rank 0 is this process and starts the others with its own class path, options
 * and arguments; the same call in such a process joins the group. When one of them ends with an
 * error or is killed, all others end within seconds, and rank 0 reports which. When rank 0 ends,
 * they end.
 */
public final class Workers {
  /** Exit status of a process that could not be stopped otherwise when another was lost. */
  public static final int LOST_STATUS = 3;

  private Workers() {}

  /**
   * Whether rank 0 of this machine has started this process, so that it prepares, reports and
   * writes nothing.
   *
   * @return false in a process that a user started
   */
  public static boolean isStarted() {
    return StartedWorker.isThisProcess();
  }

  /**
   * Returns the index of this process among those started together on this machine.
   *
   * @return from 0; 0 in a process that a user started
   */
  public static int rankHere() {
    return StartedWorker.rank();
  }

  /**
   * Joins the group of a plan and runs a training in it.
   *
   * @param plan which processes
   * @param main the class with the {@code main} of this process
   * @param arguments what that {@code main} was given
   * @param messages gets, from any thread, the lines that the started processes write to their
   *     standard error, each with its rank, whom this process waits for, and why it is ended
   * @param training the work of every process; only rank 0 must report and write files
   * @param <T> its result
   * @return the result of the training in this process
   * @throws TrainingException naming the rank and the exit status of a process that was lost
   */
  public static <T extends @Nullable Object> T run(
      WorkerPlan plan,
      Class<?> main,
      List<String> arguments,
      Consumer<String> messages,
      Function<WorkerGroup, T> training) {
    if (plan.size() == 1) {
      return training.apply(WorkerGroup.alone());
    }
    if (plan instanceof WorkerPlan.Remote remote) {
      return amongMachines(remote, messages, training);
    }
    if (StartedWorker.isThisProcess()) {
      return StartedWorker.run(plan.size(), training);
    }
    return asLead(plan.size(), main, arguments, messages, training);
  }

  private static <T extends @Nullable Object> T amongMachines(
      WorkerPlan.Remote plan, Consumer<String> messages, Function<WorkerGroup, T> training) {
    String host = plan.rendezvous().host();
    int port = plan.rendezvous().port();
    messages.accept(
        "rank %d waits for all %d workers at %s:%d"
            .formatted(plan.rank(), plan.size(), host, port));
    try (WorkerGroup group =
        WorkerGroup.join(host, port, plan.rank(), plan.size(), WorkerPlan.PATIENCE)) {
      Heartbeat heartbeat =
          Heartbeat.start(group, host, Heartbeat.Pace.USUAL, loss -> end(loss, messages));
      try {
        T result = training.apply(group);
        group.leave();
        return result;
      } finally {
        heartbeat.close();
      }
    }
  }

  /** A thread that waits for others in native code cannot be interrupted. */
  private static void end(String loss, Consumer<String> messages) {
    messages.accept(loss + "; resume from the last checkpoint");
    ProcessEnd.halt(LOST_STATUS);
  }

  /** Trains, and leaves when all have done so. */
  static <T extends @Nullable Object> T inGroup(
      WorkerGroup group, Function<WorkerGroup, T> training) {
    try (group) {
      T result = training.apply(group);
      group.leave();
      return result;
    }
  }

  private static <T extends @Nullable Object> T asLead(
      int size,
      Class<?> main,
      List<String> arguments,
      Consumer<String> messages,
      Function<WorkerGroup, T> training) {
    Path meeting = meetingFile();
    try (WorkerProcesses others = WorkerProcesses.start(size, main, arguments, meeting, messages)) {
      T result = others.watched(() -> joinHere(meeting, 0, size), training);
      others.awaitEnd();
      return result;
    } finally {
      delete(meeting);
    }
  }

  private static Path meetingFile() {
    try {
      return Files.createTempDirectory("sana4j-workers").resolve("meeting");
    } catch (IOException e) {
      throw new TrainingException("the workers need a temporary folder: " + e.getMessage(), e);
    }
  }

  /** Joins the processes of this machine, with a share of the processor's threads. */
  static WorkerGroup joinHere(Path meeting, int rank, int size) {
    Libtorch.threads(Math.max(1, Libtorch.threads() / size));
    return WorkerGroup.join(meeting, rank, size, WorkerPlan.PATIENCE);
  }

  /** Removes the meeting file and its folder, as far as another has not done so. */
  static void delete(Path meeting) {
    try {
      Files.deleteIfExists(meeting);
      Files.deleteIfExists(meeting.toAbsolutePath().getParent());
    } catch (IOException e) {
      meeting.toFile().deleteOnExit();
    }
  }
}
