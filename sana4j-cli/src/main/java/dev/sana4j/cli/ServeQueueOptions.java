package dev.sana4j.cli;

import dev.sana4j.server.ServerException;
import dev.sana4j.server.jobs.JobSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How jobs are queued, made and kept. */
final class ServeQueueOptions {
  @Option(
      names = "--queue",
      paramLabel = "N",
      defaultValue = "64",
      description = "Jobs that may wait; more are refused with 429 (default: ${DEFAULT-VALUE}).")
  private int queue;

  @Option(
      names = "--queue-per-client",
      paramLabel = "N",
      description = "Jobs of one client that may wait (default: half of --queue).")
  private @Nullable Integer queuePerClient;

  @Option(
      names = "--max-batch",
      paramLabel = "N",
      defaultValue = "16",
      description =
          "Images of one size made at once, as far as that is measured to be faster; 1 for one by"
              + " one (default: ${DEFAULT-VALUE}).")
  private int maxBatch;

  @Option(
      names = "--batch-window",
      paramLabel = "MS",
      defaultValue = "5",
      description =
          "Milliseconds to wait for more images to make at once (default: ${DEFAULT-VALUE}).")
  private int batchWindow;

  @Option(
      names = "--keep-minutes",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Minutes that jobs and their images can be fetched (default: ${DEFAULT-VALUE}).")
  private int keepMinutes;

  @Option(
      names = "--keep-jobs",
      paramLabel = "N",
      defaultValue = "500",
      description = "Jobs that are kept after their end (default: ${DEFAULT-VALUE}).")
  private int keepJobs;

  @Option(
      names = "--keep-mib",
      paramLabel = "N",
      defaultValue = "256",
      description = "MiB of images that are kept (default: ${DEFAULT-VALUE}).")
  private int keepMib;

  @Option(
      names = "--no-ai-mark",
      description = "Do not mark images as made by a model in their metadata (IPTC in XMP).")
  private boolean noAiMark;

  @Option(
      names = "--no-metadata",
      description = "Keep the request, with its prompt, out of PNG files.")
  private boolean noMetadata;

  JobSettings settings() {
    int perClient = queuePerClient == null ? Math.max(1, queue / 2) : queuePerClient;
    return new JobSettings(
        require("--queue", queue, 1, 10_000),
        require("--queue-per-client", perClient, 1, 10_000),
        require("--max-batch", maxBatch, 1, 256),
        Duration.ofMillis(require("--batch-window", batchWindow, 0, 10_000)),
        Duration.ofMinutes(require("--keep-minutes", keepMinutes, 1, 10_000)),
        require("--keep-jobs", keepJobs, 1, 1_000_000),
        (long) require("--keep-mib", keepMib, 1, 1 << 20) << 20,
        !noAiMark,
        !noMetadata);
  }

  static int require(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ServerException(option + " " + value + " is not between " + least + " and " + most);
    }
    return value;
  }
}
