package dev.sana4j.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.diffusion.SamplingCancelledException;
import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.tensor.LiveTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.ai.image.ImagePrompt;

class LazyPipelineTest {
  private static SanaPipeline emoji() {
    return SanaPipeline.builder(EmojiModel.open()).open();
  }

  @Test
  void thePipelineIsOpenedOnceAndClosed() {
    long before = LiveTensors.count();
    var opened = new AtomicInteger();
    try (var pipeline =
        LazyPipeline.of(
            () -> {
              opened.incrementAndGet();
              return emoji();
            })) {
      assertThat(pipeline.isLoaded()).isFalse();
      pipeline.load();
      pipeline.load();
      assertThat(pipeline.isLoaded()).isTrue();
    }
    assertThat(opened).hasValue(1);
    assertThat(LiveTensors.count()).isEqualTo(before);
  }

  @Test
  void thePipelineOfTheCallerStaysOpen() {
    try (SanaPipeline own = emoji()) {
      LazyPipeline.of(own).close();
      assertThat(LiveTensors.count()).isPositive();
    }
  }

  @Test
  void aFailureIsKeptUntilOpeningSucceeds() {
    var attempts = new AtomicInteger();
    try (var pipeline =
        LazyPipeline.of(
            () -> {
              if (attempts.getAndIncrement() == 0) {
                throw new IllegalStateException("no network");
              }
              return emoji();
            })) {
      assertThatThrownBy(pipeline::load).hasMessage("no network");
      assertThat(pipeline.failure())
          .get()
          .hasToString("java.lang.IllegalStateException: no network");
      pipeline.load();
      assertThat(pipeline.failure()).isEmpty();
    }
  }

  @Test
  void afterClosingItIsRefused() {
    var pipeline = LazyPipeline.of(LazyPipelineTest::emoji);
    pipeline.close();

    assertThat(pipeline.isClosed()).isTrue();
    assertThatThrownBy(pipeline::load).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void oneCallerAtATimeUsesThePipeline() throws Exception {
    var running = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (var pipeline = LazyPipeline.of(LazyPipelineTest::emoji)) {
      List<Future<Integer>> most = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        most.add(
            threads.submit(
                () ->
                    pipeline.use(
                        open -> {
                          int now = running.incrementAndGet();
                          open.generate(open.request("a red apple").steps(1).build());
                          running.decrementAndGet();
                          return now;
                        })));
      }
      for (Future<Integer> each : most) {
        assertThat(each.get()).isEqualTo(1);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void closingCancelsARunningRequest() throws Exception {
    var started = new CountDownLatch(1);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (SanaPipeline own = emoji()) {
      var pipeline = LazyPipeline.of(own);
      var model = SanaImageModel.builder(pipeline).imageMeter(time -> started.countDown()).build();
      var options = SanaImageOptions.builder().n(1000).width(64).height(64).steps(1).build();
      Future<?> running = thread.submit(() -> model.call(new ImagePrompt("a red apple", options)));
      started.await();
      pipeline.close();
      assertThatThrownBy(running::get).hasRootCauseInstanceOf(SamplingCancelledException.class);
    } finally {
      thread.shutdownNow();
    }
  }
}
