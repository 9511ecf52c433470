package dev.sana4j.cli;

import dev.sana4j.files.QuotedText;
import dev.sana4j.files.Remedy;
import dev.sana4j.files.SanaException;
import dev.sana4j.tensor.ProcessEnd;
import dev.sana4j.tensor.TensorException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code sana} command: generates and modifies images, and trains models. */
@Command(
    name = "sana",
    description = "Generates images from text with SANA and SANA-Sprint.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      GenerateCommand.class,
      UpscaleCommand.class,
      ShowCommand.class,
      InspectCommand.class,
      ModelsCommand.class,
      PullCommand.class,
      CacheCommand.class,
      SynthCommand.class,
      ConvertCommand.class,
      QuantizeCommand.class,
      VerifyCommand.class,
      BenchCommand.class,
      EvaluateCommand.class,
      BatchCommand.class,
      ServeCommand.class,
      McpCommand.class,
      HealthCommand.class,
      TrainCommand.class,
      DoctorCommand.class,
      CompletionCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  sana generate \"a red apple on a blue background\" -o apple.png",
      "  sana upscale apple.png -o large.png",
      "  sana show apple.png",
      "  sana inspect DIR",
      "  sana models",
      "  sana cache",
      "  sana doctor",
      "  sana verify",
      "  sana bench --help",
      "  sana train example -o example",
      "  sana evaluate --help",
      "  sana batch --help",
      "  sana serve --help",
      "  sana mcp --help"
    })
public final class Sana implements Callable<Integer> {
  /** Exit status for wrong usage, or for a request that cannot be fulfilled. */
  static final int REFUSED = 2;

  /** Exit status after a failure. */
  static final int FAILED = 1;

  /** What Java decodes bytes to that are not characters of the locale. */
  private static final char UNDECODABLE = '\uFFFD';

  @Spec private CommandSpec spec;

  private Sana() {}

  /** Prints the help when no command is given. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return 0;
  }

  /**
   * Runs a command.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    ProcessEnd.skipDestructors();
    if (Arrays.stream(arguments).anyMatch(text -> text.indexOf(UNDECODABLE) >= 0)) {
      System.err.println(
          "sana: the arguments contain characters that Java cannot decode in this locale ("
              + System.getProperty("sun.jnu.encoding")
              + "); set LC_ALL=C.UTF-8");
      System.exit(REFUSED);
    }
    System.exit(run(arguments));
  }

  /**
   * Returns the parser with all commands.
   *
   * @return a new parser, for running, checking or documenting commands
   */
  public static CommandLine program() {
    CommandLine program = new CommandLine(new Sana());
    TrainingKind.addTo(program);
    BatchCommand.configure(Objects.requireNonNull(program.getSubcommands().get("batch")));
    return program
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setExpandAtFiles(false); // a prompt may begin with @
  }

  /**
   * Runs a command in this process.
   *
   * @param arguments see {@code --help}
   * @return the exit status: 0 done, 2 refused, 1 failed, 130 or 143 stopped
   */
  public static int run(String... arguments) {
    return program()
        .setParameterExceptionHandler(Sana::wrongUsage)
        .setExecutionExceptionHandler((error, command, parsed) -> failure(error, command))
        .execute(arguments);
  }

  private static int wrongUsage(CommandLine.ParameterException error, String[] arguments) {
    error.getCommandLine().getErr().println("sana: " + UsageError.line(error));
    return REFUSED;
  }

  /** Prints one line; also the stack trace if the error is unexpected. */
  static int failure(Exception error, CommandLine command) {
    command.getErr().println("sana: " + message(error, command));
    if (error instanceof SanaException known && known.isRefusal()) {
      return REFUSED;
    }
    boolean full = error instanceof SanaException known && known.isDiskFull();
    if (!full && !(error instanceof FailureException)) {
      error.printStackTrace(command.getErr());
    }
    return FAILED;
  }

  /** Returns what is wrong in one line, and the options of the command that solve the problem. */
  static String message(Exception error, CommandLine command) {
    boolean tooLarge = error instanceof TensorException lack && lack.isOutOfMemory();
    boolean mapping = String.valueOf(error.getMessage()).contains("unable to mmap");
    String lack = mapping ? "out of memory or address space (ulimit -v): " : "out of memory: ";
    return oneLine((tooLarge ? lack : "") + error.getMessage()) + remedy(error, command);
  }

  /** Returns the options of the command that solve the problem, in parentheses. */
  private static String remedy(Exception error, CommandLine command) {
    List<String> known =
        error instanceof SanaException refusal
            ? refusal.remedy().map(Sana::options).orElse(List.of())
            : List.of();
    String options =
        known.stream()
            .filter(name -> command.getCommandSpec().findOption(name) != null)
            .collect(Collectors.joining(", "));
    return options.isEmpty() ? "" : " (" + options + ")";
  }

  static List<String> options(Remedy remedy) {
    return switch (remedy) {
      case OVERWRITE -> List.of("--overwrite");
      case MODEL -> List.of("--model");
      case CONTROLNET -> List.of("--controlnet");
      case PORT -> List.of("--port");
      case HEADS -> List.of("--heads", "--cross-heads", "--base");
      case VARIANT -> List.of("--variant");
      case INTERPOLATION_SCALE -> List.of("--interpolation-scale");
      case SCALING_FACTOR -> List.of("--scaling-factor", "--base");
    };
  }

  /**
   * Removes line breaks and control characters, since names from files must not control the
   * terminal.
   */
  static String oneLine(String text) {
    return QuotedText.oneLine(text.replaceAll("\\s*\\R\\s*", " "));
  }
}
