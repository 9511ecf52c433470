package dev.sana4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trainings in real processes; rank 0 of each is a {@link WorkerMain}. */
@Timeout(120)
class WorkersTest {
  private static final Pattern PID = Pattern.compile("pid (\\d+) rank (\\d+)");

  @TempDir private Path folder;
  private Path output = Path.of("");
  private Path temporary = Path.of("");
  private @Nullable Process lead;

  @BeforeEach
  void makeFolders() throws IOException {
    output = folder.resolve("output");
    temporary = Files.createDirectory(folder.resolve("temporary"));
  }

  @AfterEach
  void leaveNoProcess() {
    if (lead != null) {
      lead.descendants().forEach(ProcessHandle::destroyForcibly);
      lead.destroyForcibly();
    }
  }

  private Process start(int workers, String action) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            System.getProperty("java.class.path"),
            WorkerMain.class.getName(),
            Integer.toString(workers),
            action);
    builder.environment().put("OMP_NUM_THREADS", "4");
    Process started = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    lead = started;
    return started;
  }

  private static void awaitEnd(Process process) throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  private String printed() throws IOException {
    return Files.readString(output);
  }

  /** Waits until a rank has said its process id. */
  private ProcessHandle process(int rank) throws Exception {
    while (true) {
      Matcher said = PID.matcher(printed());
      while (said.find()) {
        if (said.group(2).equals(Integer.toString(rank))) {
          return ProcessHandle.of(Long.parseLong(said.group(1))).orElseThrow();
        }
      }
      Thread.sleep(50);
    }
  }

  private void assertNothingIsLeft(List<ProcessHandle> processes) throws Exception {
    for (ProcessHandle process : processes) {
      process.onExit().get(10, TimeUnit.SECONDS);
    }
    try (var left = Files.list(temporary)) {
      assertThat(left.filter(file -> file.toString().contains("sana4j"))).isEmpty();
    }
  }

  @Test
  void threeWorkersTrainTogetherOnSharedThreads() throws Exception {
    awaitEnd(start(3, "sum"));
    assertThat(printed())
        .contains("result 6.0 with 1 threads")
        .containsPattern("heard worker 1: pid \\d+ rank 1")
        .containsPattern("heard worker 2: pid \\d+ rank 2")
        .doesNotContain("heard worker 1: result");
    assertNothingIsLeft(List.of());
  }

  @Test
  void oneWorkerTrainsInThisProcess() throws Exception {
    awaitEnd(start(1, "sum"));
    assertThat(printed()).contains("result 1.0 with 4 threads").doesNotContain("heard");
  }

  @Test
  void aKilledWorkerEndsTheOthersAndIsNamed() throws Exception {
    Process started = start(3, "endless");
    List<ProcessHandle> others = List.of(process(1), process(2));
    others.get(0).destroyForcibly();
    assertThat(started.waitFor(15, TimeUnit.SECONDS)).isTrue();
    assertThat(started.exitValue()).isEqualTo(1);
    assertThat(printed())
        .contains(
            "TrainingException: worker 1 of 3 was lost, exit status 137 (signal 9);"
                + " resume from the last checkpoint");
    assertNothingIsLeft(others);
  }

  @Test
  void aWorkerThatEndsWithAnErrorIsNamed() throws Exception {
    awaitEnd(start(2, "exit"));
    assertThat(printed()).contains("worker 1 of 2 was lost, exit status 7; resume");
  }

  @Test
  void anErrorOfRankZeroIsNotTakenForTheLossOfAWorker() throws Exception {
    awaitEnd(start(2, "own error"));
    assertThat(printed()).contains("TrainingException: the data are empty");
    assertNothingIsLeft(List.of());
  }

  @Test
  void theOthersEndWhenRankZeroIsKilled() throws Exception {
    Process started = start(3, "endless");
    List<ProcessHandle> others = List.of(process(1), process(2));
    started.destroyForcibly();
    assertNothingIsLeft(others);
  }

  @Test
  void aRankZeroThatDoesNotNoticeIsHalted() throws Exception {
    Process started = start(2, "deaf");
    awaitEnd(started);
    assertThat(started.exitValue()).isEqualTo(Workers.LOST_STATUS);
    assertThat(printed()).contains("heard worker 1 of 2 was lost, exit status 9");
  }
}
