package dev.sana4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.testkit.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests groups of threads, and of processes of which one is killed. Each member is a {@link
 * GroupMember}.
 */
@Timeout(120)
class WorkerGroupTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir private Path folder;
  private final List<Process> members = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  @AfterEach
  void leaveNobody() throws InterruptedException {
    members.forEach(Process::destroyForcibly);
    for (Thread thread : threads) {
      thread.interrupt();
      thread.join();
    }
  }

  private void startProcess(int rank, int size, String action) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            GroupMember.class.getName(),
            folder.resolve("meeting").toString(),
            Integer.toString(rank),
            Integer.toString(size),
            "60",
            action);
    members.add(builder.redirectErrorStream(true).redirectOutput(output(rank).toFile()).start());
  }

  private Path output(int rank) {
    return folder.resolve("output" + rank);
  }

  /** Returns the report of each member; they meet in a file. */
  private List<CompletableFuture<List<String>>> start(int size, int seconds, String action) {
    return start(folder.resolve("meeting").toString(), size, seconds, action);
  }

  private List<CompletableFuture<List<String>>> start(
      String place, int size, int seconds, String action) {
    List<CompletableFuture<List<String>>> told = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      int mine = rank;
      told.add(
          CompletableFuture.supplyAsync(
              () -> {
                List<String> lines = new ArrayList<>();
                new GroupMember(lines::add)
                    .run(place, mine, size, Duration.ofSeconds(seconds), action);
                return lines;
              },
              this::startThread));
    }
    return told;
  }

  private void startThread(Runnable member) {
    Thread thread = new Thread(member);
    threads.add(thread);
    thread.start();
  }

  private void awaitLine(int rank, String line) throws Exception {
    while (!Files.readAllLines(output(rank)).contains(line)) {
      assertThat(members.get(rank).isAlive()).isTrue();
      Thread.sleep(50);
    }
  }

  @Test
  void theAverageOfTwoHasTheBitsOfOneProcess() throws Exception {
    var told = start(2, 30, "average");
    List<String> expected = new ArrayList<>();
    TensorScope.run(
        () -> {
          List<Tensor> first = GroupMember.gradients(0);
          List<Tensor> second = GroupMember.gradients(1);
          for (int i = 0; i < first.size(); i++) {
            Tensor mean = first.get(i).add(second.get(i)).div(2);
            expected.add(mean + " " + GroupMember.digest(mean));
          }
        });
    assertThat(told.get(0).get()).isEqualTo(expected);
    assertThat(told.get(1).get()).isEqualTo(expected);
  }

  @Test
  void theAverageOfThreeIsTheSameInAllAndInEveryRun() throws Exception {
    var told = start(3, 30, "average");
    List<String> first = told.get(0).get();
    assertThat(first).hasSize(4).noneMatch(line -> line.startsWith("error"));
    assertThat(told.get(1).get()).isEqualTo(first);
    assertThat(told.get(2).get()).isEqualTo(first);
    float a = GroupMember.scalar(0);
    float b = GroupMember.scalar(1);
    float c = GroupMember.scalar(2);
    assertThat(first.get(3))
        .isIn(scalar((a + b + c) / 3), scalar((b + c + a) / 3), scalar((c + a + b) / 3));
    var again = start(folder.resolve("second").toString(), 3, 30, "average");
    for (var lines : again) {
      assertThat(lines.get()).isEqualTo(first);
    }
  }

  private static String scalar(float value) {
    return "[] float32 [" + value + "]";
  }

  @Test
  void broadcastGivesAllTheTensorsOfTheRoot() throws Exception {
    for (var lines : start(3, 30, "broadcast")) {
      assertThat(lines.get())
          .containsExactly(
              "[3] bfloat16 [2.5, 2.5, 2.5]",
              "[2, 2] bool [1.0, 1.0, 1.0, 1.0]",
              "[] int16 [2.0]",
              "[0] float32 empty");
    }
  }

  @Test
  void machinesMeetAtAPort() throws Exception {
    int port = FreePort.find();
    String sums = Arrays.toString(new float[] {3, 3, 3L << 40}); // differs between Java versions
    for (var lines : start("tcp:" + port, 3, 30, "sum")) {
      assertThat(lines.get()).containsExactly("[3] int64 " + sums);
    }
  }

  @Test
  void aKilledMemberIsAnErrorInTheOther() throws Exception {
    assertKilledMemberIsNoticed(2);
  }

  @Test
  @Tag("slow")
  void aKilledMemberIsAnErrorInAllOthers() throws Exception {
    assertKilledMemberIsNoticed(3);
  }

  private void assertKilledMemberIsNoticed(int size) throws Exception {
    for (int rank = 0; rank < size; rank++) {
      startProcess(rank, size, "endless");
    }
    awaitLine(1, "running");
    members.get(0).destroyForcibly();
    for (int rank = 1; rank < size; rank++) {
      assertThat(members.get(rank).waitFor(30, TimeUnit.SECONDS)).isTrue();
      List<String> told = Files.readAllLines(output(rank));
      String where = "error: average_ on rank %d of %d: ".formatted(rank, size);
      assertThat(told.get(told.size() - 1))
          .startsWith(where + "a worker ended or did not answer")
          .doesNotContain(".cc:");
    }
  }

  @Test
  void aMemberThatDoesNotAnswerIsAnErrorAfterTheTimeout() throws Exception {
    List<String> told = start(2, 2, "absent").get(0).get();
    assertThat(told.get(0))
        .startsWith("error: barrier on rank 0 of 2: a worker ended or did not answer within 2.0 s");
  }

  @Test
  void membersThatDisagreeAreToldSoAndCanGoOn() throws Exception {
    for (var lines : start(2, 30, "disagree")) {
      assertThat(lines.get())
          .containsExactly(
              "average_: rank 0 and rank 1 use different shapes, types or names",
              "sum_: rank 0 and rank 1 use different shapes, types or names",
              "the workers are out of step: rank 0 calls barrier, rank 1 calls requireEqual",
              "the workers disagree on the step: rank 0 has 7, rank 1 has 8;"
                  + " start all workers with the same config and checkpoint");
    }
  }

  @Test
  void aGroupOfOneNeedsNobody() {
    try (WorkerGroup group = WorkerGroup.alone();
        Tensor value = Tensors.of(new float[] {3}, 1)) {
      group.average_(List.of(value));
      group.sum_(value);
      group.broadcast_(List.of(value), 0);
      group.barrier();
      group.requireEqual("the step", 4);
      assertThat(value.item()).isEqualTo(3);
    }
  }

  @Test
  void whoIsMissingIsNamed() {
    assertThatThrownBy(() -> WorkerGroup.join(folder.resolve("alone"), 1, 3, SHORT))
        .isInstanceOf(TensorException.class)
        .hasMessage("rank 1 of 3: rank 0, 2 did not join within 0.3 s");
  }

  @Test
  void aRankIsGivenOnce() {
    Path meeting = folder.resolve("twice");
    assertThatThrownBy(() -> WorkerGroup.join(meeting, 1, 2, SHORT)).hasMessageContaining("0.3 s");
    assertThatThrownBy(() -> WorkerGroup.join(meeting, 1, 2, SHORT))
        .hasMessage("rank 1 of 2 has already joined; start each worker with a different rank");
  }

  @Test
  void allExpectTheSameSize() {
    Path meeting = folder.resolve("sizes");
    assertThatThrownBy(() -> WorkerGroup.join(meeting, 1, 2, SHORT)).hasMessageContaining("0.3 s");
    assertThatThrownBy(() -> WorkerGroup.join(meeting, 0, 3, SHORT))
        .hasMessage("rank 0 of 3 found a group of size 2; start all workers with the same size");
  }

  @Test
  void nobodyAtTheRendezvousIsAnErrorAfterTheTimeout() {
    assertThatThrownBy(() -> WorkerGroup.join("127.0.0.1", 1, 1, 2, SHORT))
        .isInstanceOf(TensorException.class)
        .hasMessageStartingWith("cannot reach rank 0 at 127.0.0.1:1 within 0.3 s");
    assertThatThrownBy(() -> WorkerGroup.join("no-such-host.invalid", 9, 1, 2, SHORT))
        .hasMessage("cannot reach rank 0 at no-such-host.invalid:9: unknown host");
  }

  @Test
  void aMeanOfWholeNumbersIsRefused() {
    try (WorkerGroup group = WorkerGroup.alone();
        Tensor value = Tensors.of(new long[] {3}, 1)) {
      assertThatThrownBy(() -> group.average_(List.of(value)))
          .hasMessage("average_([1] int64): expected a floating point type");
    }
  }
}
