package dev.sana4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Virtual threads, of Java 21 and newer, use one pipeline. */
@Timeout(120)
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadsTest {

  /** Calls a method that Java 17, for which sana4j is compiled, does not have. */
  private static ExecutorService virtualThreads() throws ReflectiveOperationException {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Test
  void virtualThreadsThatWaitOccupyNoNativeThread() throws Exception {
    ExecutorService threads = virtualThreads();
    try (SanaPipeline pipeline = TinyModel.SPRINT.open()) {
      var request = TinyModel.SPRINT.quick("a cat").seed(1).steps(1).build();
      byte[] expected = pipeline.generate(request).get(0).pixels().rgb();
      List<Future<byte[]>> images = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        images.add(threads.submit(() -> pipeline.generate(request).get(0).pixels().rgb()));
      }
      // Runs only if the threads that wait do not occupy all native ones.
      assertThat(threads.submit(() -> true).get(60, TimeUnit.SECONDS)).isTrue();
      for (Future<byte[]> image : images) {
        assertThat(image.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdown();
    }
  }
}
