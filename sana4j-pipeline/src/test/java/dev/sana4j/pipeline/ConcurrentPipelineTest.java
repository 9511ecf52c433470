package dev.sana4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.diffusion.SamplingCancelledException;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.LiveTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several threads and futures use one pipeline. */
@Timeout(120)
class ConcurrentPipelineTest {
  private static final TinyModel MODEL = TinyModel.SPRINT;

  private static GenerationRequest request(long seed) {
    return MODEL.quick("a cat").seed(seed).build();
  }

  private static byte[] pixels(SanaPipeline pipeline, long seed) {
    return pipeline.generate(request(seed)).get(0).pixels().rgb();
  }

  /** A listener that waits in its first callback until it is released. */
  private static final class Gate implements GenerationListener {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final List<Progress> seen = new CopyOnWriteArrayList<>();

    @Override
    public boolean onProgress(Progress progress) {
      seen.add(progress);
      reached.countDown();
      try {
        return released.await(60, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        return false;
      }
    }

    void awaitReached() throws InterruptedException {
      assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
    }

    void release() {
      released.countDown();
    }
  }

  private static List<byte[]> inThreads(ExecutorService threads, SanaPipeline pipeline)
      throws Exception {
    List<Callable<byte[]>> calls = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      long seed = i % 5;
      calls.add(() -> pixels(pipeline, seed));
    }
    List<byte[]> images = new ArrayList<>();
    for (Future<byte[]> image : threads.invokeAll(calls)) {
      images.add(image.get());
    }
    return images;
  }

  @Test
  void eightThreadsGetTheImagesOfOneThread() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (SanaPipeline pipeline = MODEL.open()) {
      List<byte[]> images = inThreads(threads, pipeline);
      for (int i = 0; i < images.size(); i++) {
        assertThat(images.get(i)).isEqualTo(pixels(pipeline, i % 5));
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aFutureHasTheImagesOfTheCall() {
    try (SanaPipeline pipeline = MODEL.open()) {
      var first = pipeline.generateAsync(request(1));
      var second = pipeline.generateAsync(request(2));
      assertThat(second.join().get(0).pixels().rgb()).isEqualTo(pixels(pipeline, 2));
      assertThat(first.join().get(0).pixels().rgb()).isEqualTo(pixels(pipeline, 1));
    }
  }

  @Test
  void callsRunInTheOrderOfTheirArrival() {
    List<Long> order = new CopyOnWriteArrayList<>();
    try (SanaPipeline pipeline = MODEL.open()) {
      List<CompletableFuture<?>> futures = new ArrayList<>();
      for (long seed = 0; seed < 6; seed++) {
        long current = seed;
        futures.add(
            pipeline.generateAsync(
                request(seed),
                progress ->
                    progress.stage() != GenerationListener.Stage.ENCODE || order.add(current)));
      }
      futures.forEach(CompletableFuture::join);
    }
    assertThat(order).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void anActionThatDependsOnAFutureCanGenerate() {
    try (SanaPipeline pipeline = MODEL.open()) {
      byte[] image =
          pipeline.generateAsync(request(1)).thenApply(first -> pixels(pipeline, 2)).join();
      assertThat(image).isEqualTo(pixels(pipeline, 2));
    }
  }

  @Test
  void cancellingAFutureStopsTheGenerationAtItsNextCallback() throws InterruptedException {
    try (SanaPipeline pipeline = MODEL.open()) {
      byte[] expected = pixels(pipeline, 1); // fills the caches
      long tensors = LiveTensors.count();
      Gate gate = new Gate();
      var future = pipeline.generateAsync(request(1), gate);
      gate.awaitReached();
      assertThat(future.cancel(true)).isTrue();
      gate.release();
      assertThat(pixels(pipeline, 1)).isEqualTo(expected);
      assertThat(gate.seen).hasSize(1);
      assertThat(LiveTensors.count()).isEqualTo(tensors);
    }
  }

  @Test
  void aFutureThatIsCancelledInTheQueueNeverStarts() throws InterruptedException {
    try (SanaPipeline pipeline = MODEL.open()) {
      Gate gate = new Gate();
      var running = pipeline.generateAsync(request(1), gate);
      gate.awaitReached();
      List<GenerationListener.Progress> seen = new CopyOnWriteArrayList<>();
      var waiting = pipeline.generateAsync(request(2), seen::add);
      waiting.cancel(false);
      gate.release();
      assertThat(running.join()).hasSize(1);
      assertThat(pixels(pipeline, 3)).isNotEmpty();
      assertThat(seen).isEmpty();
    }
  }

  @Test
  void aRefusedRequestEndsItsFuture() {
    try (SanaPipeline pipeline = MODEL.open()) {
      var future =
          pipeline.generateAsync(MODEL.quick("a cat").guidance(1).times(List.of(9.0, 0.0)).build());
      assertThatThrownBy(future::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(RequestException.class);
    }
  }

  @Test
  void anInterruptEndsTheWaitAndTheThreadStaysInterrupted() throws Exception {
    try (SanaPipeline pipeline = MODEL.open()) {
      Gate gate = new Gate();
      var running = pipeline.generateAsync(request(1), gate);
      gate.awaitReached();
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      Thread caller = new Thread(() -> awaitInterrupt(pipeline, interrupted));
      caller.start();
      caller.interrupt();
      assertThat(interrupted.get(60, TimeUnit.SECONDS)).isTrue();
      gate.release();
      assertThat(running.join()).hasSize(1);
    }
  }

  private static void awaitInterrupt(SanaPipeline pipeline, CompletableFuture<Boolean> result) {
    try {
      var unused = pipeline.generate(request(2));
      result.completeExceptionally(new AssertionError("the call returned"));
    } catch (SamplingCancelledException e) {
      result.complete(Thread.currentThread().isInterrupted());
    } catch (RuntimeException e) {
      result.completeExceptionally(e);
    }
  }

  @Test
  void aListenerThatWaitsForItsOwnPipelineIsRefused() {
    try (SanaPipeline pipeline = MODEL.open()) {
      assertThatThrownBy(
              () -> pipeline.generate(request(1), progress -> pixels(pipeline, 2).length > 0))
          .isInstanceOf(RequestException.class)
          .hasMessageContaining("generateAsync");
    }
  }

  @Test
  void aListenerCanAskForTheLengthOfATextAndCheckARequest() {
    try (SanaPipeline pipeline = MODEL.open()) {
      var images =
          pipeline.generate(
              request(1),
              progress -> {
                pipeline.check(request(2));
                return !pipeline.textLengths(request(2)).isEmpty();
              });
      assertThat(images).hasSize(1);
    }
  }

  @Test
  void closingEndsTheRunningCallAndThoseThatWait() throws InterruptedException {
    SanaPipeline pipeline = MODEL.open();
    Gate gate = new Gate();
    var running = pipeline.generateAsync(request(1), gate);
    var waiting = pipeline.generateAsync(request(2));
    gate.awaitReached();
    Thread closing = new Thread(pipeline::close);
    closing.start();
    assertThatThrownBy(waiting::join).hasCauseInstanceOf(PipelineClosedException.class);
    assertThatThrownBy(running::join).hasCauseInstanceOf(PipelineClosedException.class);
    assertThat(closing.isAlive()).isTrue();
    gate.release();
    closing.join(60_000);
    assertThat(closing.isAlive()).isFalse();
    assertThat(gate.seen).hasSize(1);
  }

  @Test
  void aListenerCanCloseThePipeline() {
    SanaPipeline pipeline = MODEL.open();
    AtomicBoolean called = new AtomicBoolean();
    assertThatThrownBy(
            () ->
                pipeline.generate(
                    request(1),
                    progress -> {
                      pipeline.close();
                      return !called.getAndSet(true);
                    }))
        .isInstanceOf(PipelineClosedException.class);
    pipeline.close(); // waits until the memory is free
    assertThat(called).isTrue();
  }

  @Test
  void aClosedPipelineRefusesEveryCall() {
    SanaPipeline pipeline = MODEL.open();
    pipeline.close();
    pipeline.close();
    GenerationRequest request = request(1);
    assertThatThrownBy(() -> pipeline.generate(request))
        .isInstanceOf(PipelineClosedException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> pipeline.generateTogether(List.of(request), GenerationListener.NONE))
        .isInstanceOf(PipelineClosedException.class);
    assertThatThrownBy(() -> pipeline.textLengths(request))
        .isInstanceOf(PipelineClosedException.class);
    assertThatThrownBy(() -> pipeline.check(request)).isInstanceOf(PipelineClosedException.class);
    assertThat(pipeline.generateAsync(request))
        .failsWithin(60, TimeUnit.SECONDS)
        .withThrowableThat()
        .withCauseInstanceOf(PipelineClosedException.class);
  }
}
