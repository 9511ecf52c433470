package dev.sana4j.cli;

import dev.sana4j.server.ServerException;
import dev.sana4j.server.jobs.JobSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How jobs are queued, batched and kept. */
final class ServeQueueOptions {
  @Option(
      names = "--queue",
      paramLabel = "N",
      defaultValue = "64",
      description =
          "Maximum number of waiting jobs; more are refused with status 429 (default:"
              + " ${DEFAULT-VALUE}).")
  private int queue;

  @Option(
      names = "--queue-per-client",
      paramLabel = "N",
      description = "Maximum number of waiting jobs per client (default: half of --queue).")
  private @Nullable Integer queuePerClient;

  @Option(
      names = "--max-batch",
      paramLabel = "N",
      defaultValue = "16",
      description =
          "Maximum batch size. The server batches images of one size only as far as it measures a"
              + " gain; 1 disables batching (default: ${DEFAULT-VALUE}).")
  private int maxBatch;

  @Option(
      names = "--batch-window",
      paramLabel = "MS",
      defaultValue = "5",
      description =
          "Milliseconds to wait for more images before a batch starts (default: ${DEFAULT-VALUE}).")
  private int batchWindow;

  @Option(
      names = "--keep-minutes",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Minutes that finished jobs and their images stay available (default: ${DEFAULT-VALUE}).")
  private int keepMinutes;

  @Option(
      names = "--keep-jobs",
      paramLabel = "N",
      defaultValue = "500",
      description = "Maximum number of finished jobs that are kept (default: ${DEFAULT-VALUE}).")
  private int keepJobs;

  @Option(
      names = "--keep-mib",
      paramLabel = "N",
      defaultValue = "256",
      description = "Maximum size of all kept images in MiB (default: ${DEFAULT-VALUE}).")
  private int keepMib;

  @Option(
      names = "--no-ai-mark",
      description = "Do not mark images as AI-generated in their metadata (IPTC in XMP).")
  private boolean noAiMark;

  @Option(
      names = "--no-metadata",
      description = "Do not store the request, with its prompt, in PNG files.")
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
        !noMetadata,
        null);
  }

  static int require(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ServerException(option + " " + value + " is not between " + least + " and " + most);
    }
    return value;
  }
}
