package dev.sana4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.tensor.DType;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Param;
import picocli.CommandLine;

class RoofReportTest {
  private static final Pattern ROW =
      Pattern.compile("(\\S+) +(\\S+) +(\\d+) +([\\d.]+) +([\\d.]+) +([\\d.]+) +([\\d.]+)%");

  private static final List<Shape> TOYS =
      List.of(
          new Shape(
              "toy-dit", 1, "a toy", d -> Workload.sanaBlock(ToyNetworks.transformer(), 8, 5, d)),
          new Shape(
              "toy-dcae", 1, "a toy", d -> Workload.decode(ToyNetworks.autoencoder(true, 2), 6, d)),
          new Shape("toy-gemma", 13, "a toy", d -> Workload.gemma(ToyNetworks.gemma(), 30, d)));

  @Test
  void everyShapeHasARowInEveryDtypeBelowItsRoof() {
    StringWriter text = new StringWriter();

    RoofReport.print(
        TOYS, List.of(DType.FLOAT32, DType.BFLOAT16), List.of(256), new PrintWriter(text));

    List<Matcher> rows =
        text.toString().lines().map(ROW::matcher).filter(Matcher::matches).toList();
    assertThat(rows)
        .extracting(
            row -> row.group(1).replaceFirst("(linear|1x1-conv)-256", "roof") + " " + row.group(2))
        .containsExactly(
            "roof float32",
            "toy-dit float32",
            "toy-dcae float32",
            "toy-gemma float32",
            "roof bfloat16",
            "toy-dit bfloat16",
            "toy-dcae bfloat16",
            "toy-gemma bfloat16");
    assertThat(rows)
        .extracting(row -> Double.parseDouble(row.group(7)))
        .allSatisfy(percent -> assertThat(percent).isBetween(0.0, 100.0));
    assertThat(text.toString()).contains("toy-gemma: a toy");
  }

  @Test
  void timeAndOperationsOfAPartAreMultipliedToTheWhole() {
    Shape shape = new Shape("half", 2, "", d -> Workload.matrixProduct(1000, d));
    Roof roof = new Roof("roof", DType.FLOAT32, 2_000_000_000, new Timing(List.of(10.0)));
    try (Workload workload = shape.workload().apply(DType.FLOAT32)) {
      Row row = Row.of(shape, workload, new Timing(List.of(70.0, 20.0, 30.0)), roof);

      assertThat(row.gigaflops()).isEqualTo(4); // 2 x 2 x 1000^3
      assertThat(row.millis()).isEqualTo(60); // 2 x the median
      assertThat(row.share()).isCloseTo(1.0 / 3, within(1e-12));
    }
  }

  @Test
  void theMedianOfAnEvenNumberOfRunsLiesBetweenTheMiddleTwo() {
    assertThat(new Timing(List.of(4.0, 1.0, 100.0, 2.0)).median()).isEqualTo(3);
  }

  @Test
  void anUnknownShapeIsRefusedWithTheNamesThereAre() {
    CommandLine commandLine = RoofReport.commandLine();
    StringWriter errors = new StringWriter();
    commandLine.setErr(new PrintWriter(errors));

    assertThat(commandLine.execute("no-such-shape")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(errors.toString())
        .contains("no-such-shape")
        .contains("dit-block-1024, dcae-decode-512, gemma-300-tokens");
  }

  @Test
  void reportAndJmhRunAllShapesUnlessAskedOtherwise() throws NoSuchFieldException {
    String[] names = Shape.all().stream().map(Shape::name).toArray(String[]::new);
    Param jmh = NetworkBenchmark.class.getField("shape").getAnnotation(Param.class);

    assertThat(jmh.value()).containsExactly(names);
    assertThat(RoofReport.commandLine().getCommandSpec().positionalParameters().get(0))
        .extracting(CommandLine.Model.ArgSpec::defaultValue)
        .isEqualTo(String.join(",", names));
  }
}
