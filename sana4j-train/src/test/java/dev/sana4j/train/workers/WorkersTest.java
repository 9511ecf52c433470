package dev.sana4j.train.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.testkit.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
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
    Process started = process(output, Integer.toString(workers), action);
    lead = started;
    return started;
  }

  private Process process(Path printed, String... arguments) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            System.getProperty("java.class.path"),
            WorkerMain.class.getName());
    builder.command().addAll(List.of(arguments));
    builder.environment().put("OMP_NUM_THREADS", "4");
    return builder.redirectErrorStream(true).redirectOutput(printed.toFile()).start();
  }

  /**
   * Starts two processes as a user would on two machines: rank 0, which is the lead, and rank 1,
   * which is returned.
   */
  private Process startTwoMachines(String action) throws IOException {
    String meeting = "127.0.0.1:" + FreePort.find();
    lead = process(output, "2", action, "0", meeting);
    return process(folder.resolve("other"), "2", action, "1", meeting);
  }

  private static void awaitEnd(Process process) throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  private String printed() throws IOException {
    return Files.readString(output);
  }

  /** Waits until a rank has printed its process id. */
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
  void machinesTrainTogether() throws Exception {
    Process other = startTwoMachines("sum");
    awaitEnd(other);
    awaitEnd(Objects.requireNonNull(lead));
    assertThat(printed()).contains("heard rank 0 waits for all 2 workers", "result 3.0 with 4");
    assertThat(Files.readString(folder.resolve("other"))).contains("result 3.0 with 4 threads");
  }

  @Test
  void aKilledWorkerOfAnotherMachineIsNoticedAtOnce() throws Exception {
    Process other = startTwoMachines("endless");
    process(0);
    other.destroyForcibly();
    assertThat(Objects.requireNonNull(lead).waitFor(15, TimeUnit.SECONDS)).isTrue();
    assertThat(printed()).contains("TensorException: sum_ on rank 0 of 2: a worker ended");
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
