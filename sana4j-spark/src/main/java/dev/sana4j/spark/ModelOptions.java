package dev.sana4j.spark;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The model of a job. */
final class ModelOptions {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      defaultValue = "emoji",
      description =
          "Model: a folder that all machines have, a model on the hub as ORG/NAME[@REVISION], which"
              + " every machine downloads once, or a bundled model (default: ${DEFAULT-VALUE}).")
  private String model = "emoji";

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description =
          "Precision of all executors: float32, bfloat16, float16 or int8 (default: that of the"
              + " output, else chosen for the machine of the driver).")
  private @Nullable String dtype;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description =
          "cpu, or cuda for the GPU that Spark gives to each task (default: ${DEFAULT-VALUE}).")
  private String device = "cpu";

  ModelChoice choice() {
    return new ModelChoice(model, dtype, device);
  }
}
