package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.autoencoder.AutoencoderRecipe;
import dev.sana4j.train.loop.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command around trainers that fail. */
class TrainingFailureTest {
  @TempDir private Path folder;
  private final StringWriter err = new StringWriter();

  /** Fails when it prepares or when it trains. */
  private record Failing(Runnable preparation, Runnable training) implements Trainer {
    @Override
    public void prepare(Place place) {
      preparation.run();
    }

    @Override
    public boolean train(Place place, WorkerGroup workers, BooleanSupplier stop) {
      training.run();
      return true;
    }
  }

  private int train(Runnable preparation, Runnable training) throws IOException {
    Path config = Files.writeString(folder.resolve("a.yaml"), "data: {path: pictures}");
    var kind =
        new TrainingKind<>(
            "train autoencoder",
            "",
            AutoencoderRecipe.class,
            recipe -> new Failing(preparation, training));
    return new CommandLine(new TrainingCommand<>(kind))
        .setErr(new PrintWriter(err, true))
        .setExecutionExceptionHandler((error, command, parsed) -> Sana.failure(error, command))
        .execute("--config=" + config, "-o=" + folder.resolve("run"));
  }

  private static void fill() {
    try (Tensor tooLarge = Tensors.zeros(DType.FLOAT32, Device.CPU, 1L << 50)) {
      throw new AssertionError(tooLarge);
    }
  }

  @Test
  void aLackOfMemoryIsOneLineThatSaysWhatToDo() throws IOException {
    assertThat(train(() -> {}, TrainingFailureTest::fill)).isEqualTo(2);
    assertThat(err.toString())
        .hasLineCount(1)
        .startsWith("sana: out of memory: ")
        .contains(
            "can't allocate memory", "a smaller batch size", "run the same command to start over");
  }

  @Test
  void aLackOfMemoryOfThePreparationsIsOneLine() throws IOException {
    assertThat(train(TrainingFailureTest::fill, () -> {})).isEqualTo(2);
    assertThat(err.toString()).hasLineCount(1).startsWith("sana: out of memory: ");
  }

  @Test
  void whatShouldNotHappenIsShownWithItsPlace() throws IOException {
    Runnable wrong = () -> Device.parse("tpu");
    assertThat(train(() -> {}, wrong)).isEqualTo(1);
    assertThat(err.toString()).contains("sana: unknown device 'tpu'", "\tat ");
  }
}
