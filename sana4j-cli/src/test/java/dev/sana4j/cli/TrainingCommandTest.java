package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.data.DrawnImages;
import dev.sana4j.testkit.FreePort;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingCommandTest {
  private static final String WEIGHTS = "model/transformer/diffusion_pytorch_model.safetensors";

  @TempDir private Path folder;
  private Path config;
  private Path output;

  /** A transformer of one block on four by four latents. */
  @BeforeEach
  void writeConfig() throws IOException {
    output = folder.resolve("run");
    config = folder.resolve("base.yaml");
    Files.writeString(
        config,
        """
        data: {path: pictures, resolution: 32, max_ratio: 1, cache: cache}
        autoencoder: "%s"
        text: {model: "%s", instruction: false, max_length: 8}
        transformer: {layers: 1, heads: 2, head_width: 8, cross_heads: 2}
        steps: 3
        batch: 2
        warm_up: 0
        run: {precision: float32, checkpoint_every: 1, sample_every: 0}
        """
            .formatted(Models.SANA.toAbsolutePath(), Models.SANA.toAbsolutePath()));
  }

  private Run train(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("train", "base"));
    arguments.addAll(List.of("--config", config, "-o", output, "--threads", 1));
    arguments.addAll(List.of(more));
    return Run.sana(arguments.toArray());
  }

  private void drawImages() {
    DrawnImages.write(folder.resolve("pictures"), 6, 32, 0);
  }

  private Path checkpoint(int step) {
    return output.resolve("checkpoints").resolve("step-%010d.safetensors".formatted(step));
  }

  @Test
  void aTrainingWritesAModelAndPrintsItsFolder() {
    drawImages();
    Run run = train().succeeds();
    assertThat(run.out()).isEqualToIgnoringNewLines(output.resolve("model").toString());
    assertThat(run.err()).contains("encoding images 6/6", "train 1/3  loss ", "train 3/3  loss ");
    assertThat(run.err()).contains("images/s", "wrote checkpoints").doesNotContain("\u001b");
    Run.sana("inspect", output.resolve("model")).succeeds();
  }

  @Test
  void aTrainingLeavesItsWholeConfig() throws IOException {
    drawImages();
    train("--set", "run.seed=7").succeeds();
    Path recipe = output.resolve("recipe.yaml");
    Run printed = Run.sana("train", "base", "--config", recipe, "--print-config").succeeds();
    assertThat(printed.out()).isEqualTo(Files.readString(recipe)).contains("seed: 7", "beta2: ");
  }

  @Test
  void anInterruptedTrainingGoesOnToTheSameWeights() throws IOException {
    drawImages();
    train().succeeds();
    byte[] whole = Files.readAllBytes(output.resolve(WEIGHTS));
    Files.delete(checkpoint(3));
    Files.delete(output.resolve(WEIGHTS));
    Run again = train().succeeds();
    assertThat(again.err())
        .contains("resuming from", "step-0000000002")
        .doesNotContain("train 1/3");
    assertThat(Files.readAllBytes(output.resolve(WEIGHTS))).isEqualTo(whole);
  }

  @Test
  void anotherConfigIsRefusedWhereATrainingIs() throws IOException {
    drawImages();
    train().succeeds();
    String recipe = Files.readString(output.resolve("recipe.yaml"));
    Run other = train("--set", "batch=3");
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err()).contains("written with another config", "batch: 3");
    assertThat(output.resolve("recipe.yaml")).hasContent(recipe);
  }

  @Test
  void aCheckpointThatCannotBeWrittenLeavesTheLastOne() throws IOException {
    drawImages();
    Path inTheWay = output.resolve("checkpoints/step-0000000002.safetensors/file");
    Files.createDirectories(inTheWay);
    Run run = train();
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err().lines().filter(line -> line.startsWith("sana: ")))
        .singleElement()
        .asString()
        .contains(
            "cannot be written", checkpoint(1) + ", is intact", "run the same command to resume");
    assertThat(run.err()).doesNotContain("\tat ");
  }

  @Test
  void whatStandsInTheWayOfCheckpointsIsSaid() throws IOException {
    drawImages();
    Files.createDirectories(output);
    Path file = Files.createFile(output.resolve("checkpoints"));
    Run run = train();
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .contains("sana: checkpoints in " + file + " cannot be changed: it already exists");
  }

  /**
   * Sends a signal to a process when it prints a certain line; returns its lines on standard error.
   */
  private List<String> signalled(String when, String... more) throws Exception {
    Process process = process(more);
    List<String> lines = new ArrayList<>(List.of("pid " + process.pid()));
    try (BufferedReader err = process.errorReader()) {
      for (String line = err.readLine(); line != null; line = err.readLine()) {
        lines.add(line);
        if (line.startsWith(when)) {
          process.toHandle().destroy(); // as Process it would close the stream
        }
      }
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(lines.toString()).isEqualTo(143);
    return lines;
  }

  private Process process(String... more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Sana.class.getName(), "train", "base", "--threads=1"));
    command.addAll(List.of("--config=" + config, "--output=" + output));
    command.addAll(List.of(more));
    return new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
  }

  @Test
  @Timeout(120)
  void aSignalStopsAfterACheckpoint() throws Exception {
    drawImages();
    List<String> lines =
        signalled("train 1/", "--set=steps=1000000", "--set=run.checkpoint_every=1000000");
    assertThat(lines.get(lines.size() - 1)).startsWith("stopped; ").contains("is intact");
    assertThat(lines).anyMatch(line -> line.endsWith("kill -9 " + lines.get(0).substring(4)));
    assertThat(output.resolve("checkpoints")).isDirectoryContaining("glob:**.safetensors");
  }

  @Test
  @Timeout(120)
  void aSignalEndsAtOnceWhatWaitsForOtherWorkers() throws Exception {
    drawImages();
    String meeting = "--rendezvous=127.0.0.1:" + FreePort.find();
    List<String> lines = signalled("rank 0 waits", "--workers=2", "--rank=0", meeting);
    assertThat(lines.get(lines.size() - 1)).startsWith("stopped before the first step");
  }

  @Test
  void anEmptyDataSetIsRefused() throws IOException {
    Files.createDirectories(folder.resolve("pictures"));
    train().isRefused("contains no captioned image");
    assertThat(output).doesNotExist();
  }

  /** Fine-tunes the bundled model with default settings. */
  @Test
  void fineTuningNeedsNoMoreThanImages() {
    drawImages();
    Path images = folder.resolve("pictures");
    Run run =
        Run.sana("finetune", "--set", "data.path=" + images, "--set", "steps=1", "-o", output)
            .succeeds();
    assertThat(run.err()).contains("train 1/1");
    assertThat(output.resolve("cache/index.json")).exists();
    Run.sana("inspect", output.resolve("model")).succeeds();
  }

  @Test
  void aMissingDataSetIsRefused() {
    train().isRefused("pictures", "is not a data set");
  }

  @Test
  void anUnknownKeyIsRefused() {
    train("--set", "lerning_rate=1").isRefused("lerning_rate", "learning_rate");
  }

  @Test
  void whatIsMissingIsNamed() {
    Run.sana("train", "base").isRefused("--config FILE", "--set");
    Run.sana("train", "base", "--set", "steps=3", "-o", output).isRefused("data.path");
    Run.sana("train", "base", "--config", config).isRefused("-o DIR");
    Run.sana("train", "base", "--config", folder.resolve("no.yaml"), "-o", output)
        .isRefused("no.yaml does not exist");
    Run.sana("train").isRefused("sana train --help");
  }

  @Test
  void workersThatDoNotFitEachOtherAreRefused() {
    train("--workers", 0).isRefused("workers 0");
    train("--rank", 1).isRefused("rendezvous");
    train("--workers", 2, "--rank", 2, "--rendezvous", "127.0.0.1:1").isRefused("rank 2");
    train("--workers", 2, "--rank", 0, "--rendezvous", "nowhere").isRefused("host:port");
  }

  @Test
  void everyWorkerHasAGpuOfItsOwn() {
    train("--workers", 2, "--device", "cuda:1").isRefused("cuda:1 is one GPU for 2 workers");
    train("--workers", 63, "--device", "cuda").isRefused("device cuda:62 is not available");
  }

  static List<TrainingKind<?>> kinds() {
    return TrainingKind.ALL;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theConfigToStartFromOnlyLacksWhatIsRequired(TrainingKind<?> kind) throws IOException {
    List<Object> words = new ArrayList<>(List.of((Object[]) kind.verb().split(" ", -1)));
    words.add("--print-config");
    Files.writeString(config, Run.sana(words.toArray()).succeeds().out());
    words.addAll(List.of("--config", config, "--set", "data.path=a"));
    words.addAll(
        switch (kind.verb()) {
          case "train autoencoder" -> List.of();
          case "train base" -> List.of("--set", "autoencoder=c");
          default -> List.of("--set", "start=c");
        });
    String printed = Run.sana(words.toArray()).succeeds().out();
    Files.writeString(config, printed);
    assertThat(Run.sana(words.toArray()).succeeds().out()).isEqualTo(printed);
  }
}
