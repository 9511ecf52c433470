package dev.sana4j.cli;

import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.TensorException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The number of threads per operation. */
final class ThreadsOption {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Number of CPU threads (default: one per physical core).")
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
