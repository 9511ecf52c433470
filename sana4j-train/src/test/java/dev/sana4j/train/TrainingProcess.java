package dev.sana4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.train.loop.Checkpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A toy training in a separate process, which can be killed at any moment. */
public final class TrainingProcess {
  private static final int SOON = 10;

  private final Path root;
  private final String kind;
  private final List<String> overrides;

  /** Creates a process with a kind of training that {@link TrainingMain} supports. */
  public TrainingProcess(Path root, String kind, String... overrides) {
    this.root = root;
    this.kind = kind;
    this.overrides = List.of(overrides);
  }

  /** Starts, or resumes from the last checkpoint. */
  public Process start(String folder, int workers) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dorg.bytedeco.javacpp.maxBytes=0",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-cp",
            System.getProperty("java.class.path"),
            TrainingMain.class.getName(),
            root.toString(),
            folder,
            Integer.toString(workers),
            kind,
            String.join(" ", overrides));
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(workers));
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(root.resolve(folder + ".log").toFile()))
        .start();
  }

  /** Kills it several times at random moments after random checkpoints, then lets it finish. */
  public void killAndGoOn(String folder, int workers, int kills, Random random) throws Exception {
    for (int i = 0; i < kills; i++) {
      Process process = start(folder, workers);
      awaitStep(folder, 1 + random.nextInt(SOON), process);
      Thread.sleep(random.nextInt(60));
      process.destroyForcibly();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      awaitEnd(process);
    }
    assertThat(start(folder, workers).waitFor()).isZero();
  }

  /** Waits for a checkpoint of the step or a later one, or for the end of the process. */
  private void awaitStep(String folder, int step, Process process) throws Exception {
    Checkpoints checkpoints = new Checkpoints(root.resolve(folder).resolve("checkpoints"), 2);
    String wanted = "step-%010d".formatted(step);
    while (process.isAlive()) {
      String last = checkpoints.last().map(file -> String.valueOf(file.getFileName())).orElse("");
      if (last.compareTo(wanted) >= 0) {
        return;
      }
      Thread.sleep(5);
    }
  }

  /** Waits until the other workers have ended after the first one. */
  private static void awaitEnd(Process process) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (process.descendants().findAny().isPresent() && System.nanoTime() < deadline) {
      Thread.sleep(50);
    }
  }
}
