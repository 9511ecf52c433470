package dev.sana4j.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Throughput of {@code sana batch generate} on 1 to 1,000 executors, on paper; {@code
 * docs/how-to/cluster.md} has results.
 */
@Command(
    name = "cluster-simulation",
    description = "Computes the throughput of a cluster from measured times.",
    mixinStandardHelpOptions = true)
public final class ClusterSimulation implements Callable<Integer> {
  private static final List<Integer> EXECUTORS = List.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000);
  private static final double MILLIS = 1000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--seconds-per-image",
      defaultValue = "1",
      description = "Measured time per image.")
  private double secondsPerImage;

  @Option(
      names = "--spread",
      defaultValue = "0.2",
      description = "Standard deviation of the time of an image, as a share of it.")
  private double spread;

  @Option(names = "--images", defaultValue = "1000000", description = "Images of the job.")
  private long images;

  @Option(names = "--rows-per-task", defaultValue = "100", description = "Images of a task.")
  private int rowsPerTask;

  @Option(
      names = "--scheduler-ms",
      defaultValue = "5",
      description = "Time of the driver for a task.")
  private double schedulerMillis;

  @Option(
      names = "--task-ms",
      defaultValue = "50",
      description = "Time of an executor around a task.")
  private double taskMillis;

  @Option(
      names = "--commit-ms",
      defaultValue = "2",
      description = "Time of the driver to move the file of a task at the end of a round.")
  private double commitMillis;

  @Option(
      names = "--start-seconds",
      defaultValue = "30",
      description = "Time until an executor has loaded the model.")
  private double startSeconds;

  /**
   * Prints the table.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ClusterSimulation()).execute(arguments));
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    var model =
        new ClusterModel(
            secondsPerImage,
            spread,
            rowsPerTask,
            schedulerMillis / MILLIS,
            taskMillis / MILLIS,
            commitMillis / MILLIS,
            startSeconds);
    out.println("| executors | hours | images/s | of linear | waiting | last tasks | commit |");
    out.println("|---|---|---|---|---|---|---|");
    for (int executors : EXECUTORS) {
      ClusterModel.Outcome outcome = model.run(executors, images, 0);
      out.println(
          String.format(
              Locale.ROOT,
              "| %,d | %.2f | %.1f | %.3f | %.3f | %.3f | %.3f |",
              executors,
              outcome.seconds() / 3600,
              outcome.imagesPerSecond(),
              outcome.efficiency(),
              outcome.waiting(),
              outcome.tail(),
              outcome.commit()));
    }
    out.flush();
    return 0;
  }
}
