package dev.sana4j.train.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.train.workers.Heartbeat.Pace;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HeartbeatTest {
  private static final Pace QUICK =
      new Pace(Duration.ofMillis(20), Duration.ofSeconds(3), Duration.ofMillis(50));
  private static final Pace PATIENT =
      new Pace(Duration.ofMillis(20), Duration.ofSeconds(20), Duration.ofMillis(50));

  private final BlockingQueue<String> losses = new LinkedBlockingQueue<>();
  private ServerSocket door;

  @BeforeEach
  void openDoor() throws IOException {
    door = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void closeDoor() throws IOException {
    door.close();
  }

  /** Starts rank 0, which waits for the others in the background. */
  private CompletableFuture<Heartbeat> first(int size, Pace pace) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return Heartbeat.answer(door, size, pace, losses::add);
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private Heartbeat other(int rank, int size, Pace pace) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), door.getLocalPort());
    return Heartbeat.call(address, rank, size, pace, losses::add);
  }

  private @Nullable String loss(long millis) throws InterruptedException {
    return losses.poll(millis, TimeUnit.MILLISECONDS);
  }

  @Test
  void membersThatLiveLoseNobody() throws Exception {
    CompletableFuture<Heartbeat> first = first(3, QUICK);
    Heartbeat second = other(1, 3, QUICK);
    Heartbeat third = other(2, 3, QUICK);
    assertThat(loss(4000)).isNull();
    second.close();
    first.get().close();
    third.close();
    assertThat(loss(300)).isNull();
  }

  @Test
  void whoFallsSilentIsLost() throws Exception {
    CompletableFuture<Heartbeat> first = first(3, QUICK);
    Heartbeat second = other(1, 3, PATIENT);
    try (Socket silent = new Socket(door.getInetAddress(), door.getLocalPort())) {
      new DataOutputStream(silent.getOutputStream()).writeInt(2);
      assertThat(loss(15_000)).isEqualTo("rank 2 of 3 was lost, no heartbeat for 3 s");
    }
    first.get().close();
    second.close();
  }

  @Test
  void whoseConnectionBreaksIsLostBeforeTheSilence() throws Exception {
    CompletableFuture<Heartbeat> first = first(2, PATIENT);
    Heartbeat second = other(1, 2, PATIENT);
    first.get().close();
    assertThat(loss(15_000)).isEqualTo("rank 0 of 2 was lost, the connection to it failed");
    second.close();
  }

  @Test
  void strangersAreSentAway() throws Exception {
    CompletableFuture<Heartbeat> first = first(2, PATIENT);
    try (Socket scan = new Socket(door.getInetAddress(), door.getLocalPort())) {
      scan.shutdownOutput();
      try (Socket wrong = new Socket(door.getInetAddress(), door.getLocalPort())) {
        new DataOutputStream(wrong.getOutputStream()).writeInt(9);
        Heartbeat second = other(1, 2, PATIENT);
        assertThat(scan.getInputStream().read()).isEqualTo(-1);
        assertThat(wrong.getInputStream().read()).isEqualTo(-1);
        assertThat(loss(300)).isNull();
        first.get().close();
        second.close();
      }
    }
  }
}
