package dev.sana4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Groups of real processes; each is a {@link GroupMember}. */
@Timeout(120)
class WorkerGroupTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir private Path folder;
  private final List<Process> members = new ArrayList<>();

  @AfterEach
  void leaveNoProcess() {
    members.forEach(Process::destroyForcibly);
  }

  private void start(String place, int rank, int size, int seconds, String action)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            GroupMember.class.getName(),
            place,
            Integer.toString(rank),
            Integer.toString(size),
            Integer.toString(seconds),
            action);
    members.add(builder.redirectErrorStream(true).redirectOutput(output(rank).toFile()).start());
  }

  private void startAll(int size, int seconds, String action) throws IOException {
    for (int rank = 0; rank < size; rank++) {
      start(folder.resolve("meeting").toString(), rank, size, seconds, action);
    }
  }

  private Path output(int rank) {
    return folder.resolve("output" + rank);
  }

  /** What a member printed by itself, when it has ended. */
  private List<String> linesOf(int rank) throws Exception {
    assertThat(members.get(rank).waitFor(60, TimeUnit.SECONDS)).isTrue();
    return Files.readAllLines(output(rank)).stream()
        .filter(line -> !line.startsWith("[Gloo]") && !line.equals("joined"))
        .toList();
  }

  private void awaitLine(int rank, String line) throws Exception {
    while (!Files.readAllLines(output(rank)).contains(line)) {
      assertThat(members.get(rank).isAlive()).isTrue();
      Thread.sleep(50);
    }
  }

  @Test
  void theAverageOfTwoHasTheBitsOfOneProcess() throws Exception {
    startAll(2, 30, "average");
    List<String> expected = new ArrayList<>();
    TensorScope.confine(
        () -> {
          List<Tensor> first = GroupMember.gradients(0);
          List<Tensor> second = GroupMember.gradients(1);
          for (int i = 0; i < first.size(); i++) {
            Tensor mean = first.get(i).add(second.get(i)).div(2);
            expected.add(mean + " " + GroupMember.digest(mean));
          }
          return null;
        });
    assertThat(linesOf(0)).isEqualTo(expected);
    assertThat(linesOf(1)).isEqualTo(expected);
  }

  @Test
  void theAverageOfThreeIsTheSameInAllAndInEveryRun() throws Exception {
    startAll(3, 30, "average");
    List<String> first = linesOf(0);
    assertThat(first).hasSize(4).noneMatch(line -> line.startsWith("error"));
    assertThat(linesOf(1)).isEqualTo(first);
    assertThat(linesOf(2)).isEqualTo(first);
    float a = GroupMember.scalar(0);
    float b = GroupMember.scalar(1);
    float c = GroupMember.scalar(2);
    assertThat(first.get(3))
        .isIn(scalar((a + b + c) / 3), scalar((b + c + a) / 3), scalar((c + a + b) / 3));
    members.clear();
    Files.deleteIfExists(folder.resolve("meeting"));
    startAll(3, 30, "average");
    assertThat(linesOf(0)).isEqualTo(first);
  }

  private static String scalar(float value) {
    return "[] float32 [" + value + "]";
  }

  @Test
  void broadcastGivesAllTheTensorsOfTheRoot() throws Exception {
    startAll(3, 30, "broadcast");
    for (int rank = 0; rank < 3; rank++) {
      assertThat(linesOf(rank))
          .containsExactly(
              "[3] bfloat16 [2.5, 2.5, 2.5]",
              "[2, 2] bool [1.0, 1.0, 1.0, 1.0]",
              "[] int16 [2.0]",
              "[0] float32 empty");
    }
  }

  @Test
  void machinesMeetAtAPort() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    for (int rank = 0; rank < 3; rank++) {
      start("tcp:" + port, rank, 3, 30, "sum");
    }
    String sums = Arrays.toString(new float[] {3, 3, 3L << 40}); // not the same in every Java
    for (int rank = 0; rank < 3; rank++) {
      assertThat(linesOf(rank)).containsExactly("[3] int64 " + sums);
    }
  }

  @Test
  void aKilledMemberIsAnErrorInTheOthers() throws Exception {
    startAll(3, 60, "endless");
    awaitLine(1, "running");
    members.get(0).destroyForcibly();
    for (int rank = 1; rank < 3; rank++) {
      assertThat(members.get(rank).waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(linesOf(rank).get(1))
          .startsWith("error: average_ on rank " + rank + " of 3: a worker ended or did not answer")
          .doesNotContain(".cc:");
    }
  }

  @Test
  void aMemberThatDoesNotAnswerIsAnErrorAfterTheTimeout() throws Exception {
    startAll(2, 2, "absent");
    assertThat(members.get(0).waitFor(15, TimeUnit.SECONDS)).isTrue();
    assertThat(linesOf(0).get(0))
        .startsWith("error: barrier on rank 0 of 2: a worker ended or did not answer within 2.0 s");
  }

  @Test
  void membersThatDisagreeAreToldSoAndCanGoOn() throws Exception {
    startAll(2, 30, "disagree");
    for (int rank = 0; rank < 2; rank++) {
      assertThat(linesOf(rank))
          .containsExactly(
              "average_: rank 0 and rank 1 bring other shapes, types or names",
              "sum_: rank 0 and rank 1 bring other shapes, types or names",
              "the workers are out of step: rank 0 calls barrier, rank 1 calls requireEqual",
              "the workers disagree on the step: rank 0 has 7, rank 1 has 8;"
                  + " start all with the same config and checkpoint");
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
        .hasMessage("rank 1 of 2 has joined already; give each process its own rank");
  }

  @Test
  void allExpectTheSameSize() {
    Path meeting = folder.resolve("sizes");
    assertThatThrownBy(() -> WorkerGroup.join(meeting, 1, 2, SHORT)).hasMessageContaining("0.3 s");
    assertThatThrownBy(() -> WorkerGroup.join(meeting, 0, 3, SHORT))
        .hasMessage("rank 0 of 3 meets a group of 2; give all the same size");
  }

  @Test
  void nobodyAtTheRendezvousIsAnErrorAfterTheTimeout() {
    assertThatThrownBy(() -> WorkerGroup.join("127.0.0.1", 1, 1, 2, SHORT))
        .isInstanceOf(TensorException.class)
        .hasMessageStartingWith("no rendezvous at 127.0.0.1:1 within 0.3 s");
    assertThatThrownBy(() -> WorkerGroup.join("no-such-host.invalid", 9, 1, 2, SHORT))
        .hasMessage("no rendezvous at no-such-host.invalid:9: unknown host");
  }

  @Test
  void aMeanOfWholeNumbersIsRefused() {
    try (WorkerGroup group = WorkerGroup.alone();
        Tensor value = Tensors.of(new long[] {3}, 1)) {
      assertThatThrownBy(() -> group.average_(List.of(value)))
          .hasMessage("average_([1] int64): a mean needs a floating point type");
    }
  }
}
