package dev.sana4j.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExternalCommandTest {
  @TempDir private Path folder;

  @Test
  void aProgramGetsItsInputWhileTheCommonPoolIsBusy() throws InterruptedException {
    ForkJoinPool pool = ForkJoinPool.commonPool();
    int threads = Math.max(1, pool.getParallelism());
    var started = new CountDownLatch(threads);
    var released = new CountDownLatch(1);
    for (int i = 0; i < threads; i++) {
      pool.execute(
          () -> {
            started.countDown();
            awaited(released);
          });
    }
    started.await();
    try {
      ExternalCommand echo =
          Programs.of(folder, "System.out.print(new String(System.in.readAllBytes()));");
      assertThat(echo.run(List.of(), "one\ntwo\n")).containsExactly("one", "two");
    } finally {
      released.countDown();
    }
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
