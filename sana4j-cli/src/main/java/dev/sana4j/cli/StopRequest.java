package dev.sana4j.cli;

import dev.sana4j.tensor.ProcessEnd;
import dev.sana4j.train.workers.Workers;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Turns Ctrl-C and SIGTERM into a request: the process ends when the training has written a
 * checkpoint, however long that takes. Java hears no second signal while it shuts down.
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

  /** From now on until closed. */
  static StopRequest listen(Consumer<String> messages) {
    StopRequest request = new StopRequest(messages);
    Runtime.getRuntime().addShutdownHook(request.hook);
    return request;
  }

  /** Before this a request ends the process at once: preparations are kept as far as they are. */
  void waitForTraining() {
    training = true;
  }

  boolean isAsked() {
    return asked;
  }

  /** The training has come to a good end. */
  void done() {
    done = true;
  }

  private void ask() {
    asked = true;
    if (!training) {
      messages.accept("stopped before the first step; the same command goes on preparing");
      return;
    }
    say(
        "stopping after this step and a checkpoint; to end at once without them: kill -9 "
            + ProcessHandle.current().pid());
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (done && Workers.isStarted()) {
      ProcessEnd.halt(0); // to rank 0 another status is a loss
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
      asked = true; // it runs at this moment, and ends by itself
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
