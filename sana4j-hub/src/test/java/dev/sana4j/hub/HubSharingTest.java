package dev.sana4j.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.testkit.FakeHub;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes and threads that download the same model at the same time. */
class HubSharingTest {
  @TempDir private Path folder;
  private HubLab lab;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);

  @BeforeEach
  void start() {
    lab = new HubLab(folder);
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    lab.close();
  }

  @Test
  @Timeout(60)
  void threadsFetchEachFileOnceTogether() throws Exception {
    Callable<Path> pull = lab::pull;
    List<Future<Path>> all = threads.invokeAll(List.of(pull, pull, pull, pull));
    for (Future<Path> each : all) {
      assertThat(each.get().resolve(HubLab.WEIGHTS)).hasSize(5000);
    }
    assertThat(lab.requestsFor(HubLab.WEIGHTS, true)).hasSize(1);
  }

  @Test
  @Timeout(60)
  void severalFilesComeAtTheSameTime() {
    CyclicBarrier both = new CyclicBarrier(2);
    List<Boolean> met = new CopyOnWriteArrayList<>();
    Map.of(HubLab.WEIGHTS, 5000, "vae/diffusion_pytorch_model.safetensors", 3000)
        .forEach(
            (path, size) -> {
              FakeHub.Answer all = lab.hub.cut(path, size);
              lab.hub.instead(
                  path + "?signature",
                  1,
                  exchange -> {
                    met.add(hasMet(both));
                    all.give(exchange);
                  });
            });
    lab.pull();
    assertThat(met).containsExactly(true, true);
  }

  private static boolean hasMet(CyclicBarrier both) {
    try {
      return both.await(20, TimeUnit.SECONDS) >= 0;
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      return false;
    }
  }

  @Test
  @Timeout(60)
  void anotherProcessIsWaitedFor() throws Exception {
    Path lock = lab.cache.resolve(".locks").resolve(lab.id.folderName());
    Files.createDirectories(lock);
    Path file = lock.resolve(lab.hub.hash(HubLab.WEIGHTS) + ".lock");
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(other.getInputStream().read()).isEqualTo('!');
      Future<Path> pull = threads.submit(lab::pull);
      while (lab.notes.stream()
          .noneMatch(note -> note.contains("another process is downloading"))) {
        Thread.sleep(20);
      }
      assertThat(lab.requestsFor(HubLab.WEIGHTS, true)).isEmpty();
      other.getOutputStream().close();
      assertThat(pull.get().resolve(HubLab.WEIGHTS)).hasSize(5000);
    } finally {
      other.destroyForcibly();
      assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Holds a lock until its input ends. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (FileChannel channel =
          FileChannel.open(
              Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        FileLock lock = channel.lock();
        System.out.print(lock.isValid() ? '!' : '?');
        System.out.flush();
        System.in.readAllBytes();
      }
    }
  }
}
