package dev.sana4j.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sana batch}: starts a job of {@code sana4j-spark} in a process that has Spark. */
@Command(
    name = "batch",
    description = {
      "Runs a job on Apache Spark, on this machine or on a cluster. generate: the images of a table"
          + " of requests; encode: the cache of a training; evaluate: several models. Spark is not"
          + " part of sana4j: it is taken from --spark-home. See docs/how-to/cluster.md."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  sana batch generate --help",
      "  sana batch generate requests.jsonl -o images --master local[2]",
      "  sana batch generate requests.parquet -o hdfs:///images --master yarn",
      "  sana batch jars"
    })
final class BatchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--spark-home",
      paramLabel = "DIR",
      description =
          "Distribution of Spark 4 for Scala 2.13, or a folder with its jars (default: the variable"
              + " SPARK_HOME).")
  private @Nullable Path sparkHome;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "1g",
      description =
          "Java heap of the process, for example 2g; images and weights are outside it (default:"
              + " ${DEFAULT-VALUE}).")
  private String heap = "1g";

  @Parameters(
      index = "0",
      paramLabel = "JOB",
      description =
          "generate, encode, evaluate; or jars, which prints what spark-submit needs as --jars.")
  private String job = "";

  @Parameters(
      index = "1..*",
      paramLabel = "ARGUMENT",
      description = "Arguments of the job; --help lists them.")
  private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    var process = new SparkProcess(sparkHome, heap);
    if (job.equals("jars")) {
      spec.commandLine().getOut().println(process.jarsToSubmit());
      spec.commandLine().getOut().flush();
      return 0;
    }
    return process.run(job, arguments);
  }

  /** Leaves the options after the name of the job to the job. */
  static void configure(CommandLine batch) {
    batch.setStopAtPositional(true);
  }
}
