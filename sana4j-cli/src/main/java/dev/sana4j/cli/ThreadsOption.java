package dev.sana4j.cli;

import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.TensorException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many threads share an operation. */
final class ThreadsOption {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Processor threads (default: one a physical core).")
  private @Nullable Integer threads;

  /** Sets them, if they were given. */
  void apply() {
    if (threads == null) {
      return;
    }
    try {
      Libtorch.threads(threads);
    } catch (TensorException e) {
      throw new RequestException(String.valueOf(e.getMessage()));
    }
  }
}
