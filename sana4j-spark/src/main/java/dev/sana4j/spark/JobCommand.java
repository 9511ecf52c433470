package dev.sana4j.spark;

import dev.sana4j.files.QuotedText;
import dev.sana4j.files.SanaException;
import dev.sana4j.tensor.ProcessEnd;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the main classes of jobs share. */
abstract class JobCommand implements Callable<Integer> {
  private static final int REFUSED = 2;
  private static final int FAILED = 1;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private SparkOptions options = new SparkOptions();

  @Option(
      names = {"-q", "--quiet"},
      description = "Print no progress and no notes on standard error.")
  private boolean quiet;

  /** Runs the job in an open session, and returns its summary. */
  abstract JobSummary run(SparkSession spark, Consumer<String> notes);

  /** Returns the name of the job. */
  abstract String name();

  @Override
  public Integer call() {
    CommandLine command = command();
    SparkSession spark = options.open(name());
    try {
      JobSummary summary = run(spark, quiet ? line -> {} : line -> note(command, line));
      command.getOut().println(summary.json());
      command.getOut().flush();
      return 0;
    } finally {
      spark.stop();
    }
  }

  private CommandLine command() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets it");
    }
    return spec.commandLine();
  }

  private static void note(CommandLine command, String line) {
    PrintWriter err = command.getErr();
    err.println("sana: " + QuotedText.oneLine(line));
    err.flush();
  }

  /** Runs a job and ends the process if it failed. */
  static void main(JobCommand job, String[] arguments) {
    ProcessEnd.skipDestructors();
    int status = commandLine(job).execute(arguments);
    if (status != 0) {
      System.exit(status); // spark-submit takes the end of main as success
    }
  }

  /** Returns the parser of a job. */
  static CommandLine commandLine(Object job) {
    return new CommandLine(job)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setExpandAtFiles(false)
        .setParameterExceptionHandler(
            (error, arguments) -> {
              CommandLine command = error.getCommandLine();
              command
                  .getErr()
                  .println(
                      "sana: "
                          + QuotedText.oneLine(String.valueOf(error.getMessage()))
                          + "; see "
                          + command.getCommandSpec().qualifiedName()
                          + " --help");
              return REFUSED;
            })
        .setExecutionExceptionHandler((error, command, parsed) -> failure(error, command));
  }

  private static int failure(Exception error, CommandLine command) {
    Throwable cause = error;
    while (!(cause instanceof SanaException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    boolean isKnown = cause instanceof SanaException;
    String line = String.valueOf(isKnown ? cause.getMessage() : error.getMessage());
    command.getErr().println("sana: " + QuotedText.oneLine(line));
    if (!isKnown) {
      error.printStackTrace(command.getErr());
    }
    return cause instanceof SanaException known && known.isRefusal() ? REFUSED : FAILED;
  }
}
