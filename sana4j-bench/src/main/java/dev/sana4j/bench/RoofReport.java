package dev.sana4j.bench;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Libtorch;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the time of each shape, and its speed relative to the best matrix product. */
@Command(
    name = "roof-report",
    showDefaultValues = true,
    sortOptions = false,
    description = "Compares the speed of networks with the best matrix product of this machine.",
    footer = {"", "Example: roof-report --threads 2 --dtype bfloat16 dit-block-1024", ""})
public final class RoofReport implements Callable<Integer> {
  private static final int RUNS = 5;
  private static final Duration BUDGET = Duration.ofSeconds(30);

  @Parameters(
      paramLabel = "SHAPE",
      arity = "1",
      defaultValue = "dit-block-1024,dcae-decode-512,gemma-300-tokens,train-step-192",
      split = ",",
      description = "Shapes to measure.")
  private List<Shape> shapes = List.of();

  @Option(
      names = "--dtype",
      split = ",",
      defaultValue = "float32,bfloat16",
      description = "Dtypes to measure, each with its own roof.")
  private List<DType> dtypes = List.of();

  @Option(
      names = "--threads",
      description = "Threads per operation; the default is that of libtorch.")
  private @Nullable Integer threads;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  @SuppressWarnings("unused") // picocli acts on it
  private boolean help;

  @Spec private CommandSpec spec = CommandSpec.create();

  private RoofReport() {}

  /**
   * Runs the report and ends the process.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new RoofReport())
        .registerConverter(Shape.class, Shape::named)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public Integer call() {
    if (threads != null) {
      Libtorch.threads(threads);
    }
    print(shapes, dtypes, Roof.SIDES, spec.commandLine().getOut());
    return 0;
  }

  /**
   * Measures and prints.
   *
   * @param shapes one line per shape and dtype
   * @param dtypes of the networks
   * @param roofSides sizes of the matrices for the roof of each dtype
   * @param out receives the table line by line
   */
  static void print(
      List<Shape> shapes, List<DType> dtypes, List<Integer> roofSides, PrintWriter out) {
    printLine(out, "threads: " + Libtorch.threads());
    printLine(out, Row.HEADER);
    for (DType dtype : dtypes) {
      Roof roof = Roof.measure(dtype, roofSides);
      printLine(out, Row.of(roof).line());
      shapes.forEach(shape -> printLine(out, measure(shape, roof).line()));
    }
    shapes.forEach(shape -> printLine(out, shape.name() + ": " + shape.note()));
  }

  private static Row measure(Shape shape, Roof roof) {
    try (Workload workload = shape.workload().apply(roof.dtype())) {
      return Row.of(shape, workload, Timing.of(workload, RUNS, BUDGET), roof);
    }
  }

  private static void printLine(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}
