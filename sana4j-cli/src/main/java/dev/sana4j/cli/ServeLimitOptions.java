package dev.sana4j.cli;

import static dev.sana4j.cli.ServeQueueOptions.require;

import dev.sana4j.server.jobs.Limits;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The limits of one request. */
final class ServeLimitOptions {
  @Option(
      names = "--max-prompt",
      paramLabel = "N",
      defaultValue = "4000",
      description = "Maximum length of a prompt in characters (default: ${DEFAULT-VALUE}).")
  private int prompt;

  @Option(
      names = "--max-count",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Maximum number of images per request; all candidates of best_of count (default:"
              + " ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      defaultValue = "50",
      description = "Maximum number of denoising steps per image (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      defaultValue = "4194304",
      description =
          "Maximum width times height of an image, generated or uploaded (default:"
              + " ${DEFAULT-VALUE}).")
  private int pixels;

  @Option(
      names = "--max-body-mib",
      paramLabel = "N",
      defaultValue = "24",
      description =
          "Maximum size of a request in MiB, images included (default: ${DEFAULT-VALUE}).")
  private int bodyMib;

  @Option(
      names = "--deadline",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description =
          "Maximum duration of a job in seconds, including the time in the queue (default:"
              + " ${DEFAULT-VALUE}).")
  private int deadline;

  Limits limits() {
    return new Limits(
        require("--max-prompt", prompt, 1, 100_000),
        require("--max-count", count, 1, 1000),
        require("--max-steps", steps, 1, 1000),
        require("--max-pixels", pixels, 1, 1 << 28),
        require("--max-body-mib", bodyMib, 1, 1024) << 20,
        Duration.ofSeconds(require("--deadline", deadline, 1, 86_400)),
        1);
  }
}
