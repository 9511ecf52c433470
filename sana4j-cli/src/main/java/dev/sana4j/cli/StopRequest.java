package dev.sana4j.cli;

import dev.sana4j.tensor.ProcessEnd;
import dev.sana4j.train.workers.Workers;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Turns Ctrl-C and SIGTERM into a request: the process ends when the training has written a
 * checkpoint, however long that takes. Java ignores a second signal while it shuts down.
 */
final class StopRequest implements AutoCloseable {
  private final Consumer<String> messages;
  private final Thread hook = new Thread(this::ask, "stop request");
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean asked;
  private volatile boolean training;
  private volatile boolean done;

  private StopRequest(Consumer<String> messages) {
    this.messages = messages;
  }

  /** Starts to listen; ends when closed. */
  static StopRequest listen(Consumer<String> messages) {
    StopRequest request = new StopRequest(messages);
    Runtime.getRuntime().addShutdownHook(request.hook);
    return request;
  }

  /**
   * Makes later requests wait for a checkpoint. Before this call, a request ends the process
   * immediately; finished preparations are kept.
   */
  void waitForTraining() {
    training = true;
  }

  boolean isAsked() {
    return asked;
  }

  /** Records that the training ended without an error. */
  void done() {
    done = true;
  }

  private void ask() {
    asked = true;
    if (!training) {
      messages.accept(
          "stopped before the first step; run the same command to resume the preparation");
      return;
    }
    say(
        "stopping after this step and a checkpoint; to stop immediately without them: kill -9 "
            + ProcessHandle.current().pid());
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (done && Workers.isStarted()) {
      ProcessEnd.halt(0); // rank 0 would treat another status as a lost worker
    }
  }

  private void say(String message) {
    if (!Workers.isStarted()) {
      messages.accept(message);
    }
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      asked = true; // the hook is running, and ends by itself
    }
  }

  @Override
  public void close() {
    ended.countDown();
    if (!asked) {
      forget();
    }
  }
}
