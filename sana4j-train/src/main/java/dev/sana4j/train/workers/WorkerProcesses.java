package dev.sana4j.train.workers;

import dev.sana4j.tensor.ProcessEnd;
import dev.sana4j.tensor.TensorException;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.TrainingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The processes that rank 0 has started on its machine, watched until they end. */
final class WorkerProcesses implements AutoCloseable {
  /** How long a training may take to notice that a worker was lost. */
  private static final int GRACE_SECONDS = 10;

  /** How long the end of a process may come after the error that it causes. */
  private static final int NOTICE_SECONDS = 3;

  private static final int NOTICE_POLL_MILLIS = 50;
  private static final int END_SECONDS = 30;

  private final int size;
  private final Consumer<String> messages;
  private final List<Process> processes = new CopyOnWriteArrayList<>();
  private final List<Thread> watchers = new ArrayList<>();
  private @Nullable String loss;
  private @Nullable Thread joining;
  private volatile boolean running;
  private boolean closed;

  private WorkerProcesses(int size, Consumer<String> messages) {
    this.size = size;
    this.messages = messages;
  }

  /** Starts the ranks from 1. */
  static WorkerProcesses start(
      int size, Class<?> main, List<String> arguments, Path meeting, Consumer<String> messages) {
    WorkerProcesses started = new WorkerProcesses(size, messages);
    try {
      for (int rank = 1; rank < size; rank++) {
        started.launch(rank, command(rank, main, arguments, meeting));
      }
      return started;
    } catch (IOException e) {
      started.close();
      throw new TrainingException("a worker could not be started: " + e.getMessage(), e);
    }
  }

  private static List<String> command(
      int rank, Class<?> main, List<String> arguments, Path meeting) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.contains("jdwp")) // one debugger, one port
        .forEach(command::add);
    command.addAll(StartedWorker.options(rank, meeting));
    command.add("-cp");
    command.add(System.getProperty("java.class.path", ""));
    command.add(main.getName());
    command.addAll(arguments);
    return command;
  }

  private void launch(int rank, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    processes.add(process);
    watchers.add(inBackground("worker " + rank, () -> watch(rank, process)));
  }

  private static Thread inBackground(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Forwards the output of a process until it ends. */
  private void watch(int rank, Process process) {
    try (BufferedReader lines = process.errorReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        messages.accept("worker " + rank + ": " + line);
      }
    } catch (IOException e) {
      messages.accept("worker " + rank + ": " + e.getMessage());
    }
    try {
      int status = process.waitFor();
      if (status != 0) {
        lose("worker %d of %d was lost, %s".formatted(rank, size, describe(status)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String describe(int status) {
    String signal = status > 128 ? " (signal " + (status - 128) + ")" : "";
    return "exit status " + status + signal + "; resume from the last checkpoint";
  }

  /** Ends all others, and this process too if its training does not end by itself. */
  private void lose(String what) {
    synchronized (this) {
      if (loss != null || closed) {
        return;
      }
      loss = what;
      if (joining != null) {
        joining.interrupt();
      }
    }
    processes.forEach(Process::destroyForcibly);
    inBackground("end of rank 0", this::haltAfterGrace);
  }

  private void haltAfterGrace() {
    try {
      TimeUnit.SECONDS.sleep(GRACE_SECONDS);
    } catch (InterruptedException e) {
      return;
    }
    synchronized (this) {
      if (running && loss != null) {
        messages.accept(loss);
        ProcessEnd.halt(Workers.LOST_STATUS);
      }
    }
  }

  /** Runs the training of rank 0; a broken group is explained by the worker that was lost. */
  <T extends @Nullable Object> T watched(
      Supplier<WorkerGroup> join, Function<WorkerGroup, T> training) {
    running = true;
    try (WorkerGroup group = joined(join)) {
      T result = trained(group, training);
      group.leave();
      return result;
    } finally {
      running = false;
    }
  }

  private WorkerGroup joined(Supplier<WorkerGroup> join) {
    try {
      waitFor(Thread.currentThread());
      return join.get();
    } catch (TensorException e) {
      throw explained(e);
    } finally {
      waitFor(null);
    }
  }

  /** While this thread waits for the others to join, the loss of one interrupts it. */
  private synchronized void waitFor(@Nullable Thread thread) {
    joining = thread;
    if (thread != null) {
      requireNoLoss();
    } else if (loss != null) {
      Thread.interrupted();
    }
  }

  private <T extends @Nullable Object> T trained(
      WorkerGroup group, Function<WorkerGroup, T> training) {
    try {
      return training.apply(group);
    } catch (RuntimeException e) {
      throw group.isBroken() ? explained(e) : e;
    }
  }

  private synchronized void requireNoLoss() {
    if (loss != null) {
      throw new TrainingException(loss);
    }
  }

  /** The connection breaks a moment before the process is seen to end. */
  private synchronized RuntimeException explained(RuntimeException error) {
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(NOTICE_SECONDS);
      while (loss == null && System.nanoTime() < end) {
        wait(NOTICE_POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return loss == null ? error : new TrainingException(loss, error);
  }

  /** Lets the processes end after the training, and reports one that failed at last. */
  void awaitEnd() {
    try {
      for (Thread watcher : watchers) {
        watcher.join(TimeUnit.SECONDS.toMillis(END_SECONDS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    requireNoLoss();
  }

  /** Kills the remaining processes. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    processes.forEach(Process::destroyForcibly);
  }
}
