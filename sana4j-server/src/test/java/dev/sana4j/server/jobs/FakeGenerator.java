package dev.sana4j.server.jobs;

import dev.sana4j.diffusion.SamplingCancelledException;
import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.Infotext;
import dev.sana4j.pipeline.model.ModelGuide;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationListener.Preview;
import dev.sana4j.pipeline.request.GenerationListener.Progress;
import dev.sana4j.pipeline.request.GenerationListener.Stage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Generates images of one colour, which depends on the seed. A prompt with "throw" fails, one with
 * "never" is refused, and one with "slow" takes some time for each step.
 */
public final class FakeGenerator implements ImageGenerator {
  /** Side of the native size. */
  public static final int SIDE = 32;

  private final Duration step;
  private final @Nullable ModelGuide guide;
  private final @Nullable Semaphore allowed;
  private final List<List<String>> made = new CopyOnWriteArrayList<>();
  private final AtomicInteger steps = new AtomicInteger();
  private volatile boolean closed;

  /** Creates a generator without delays. */
  public FakeGenerator() {
    this(Duration.ZERO);
  }

  /** Creates a generator with a delay per step. */
  public FakeGenerator(Duration step) {
    this(step, null, null);
  }

  private FakeGenerator(Duration step, @Nullable ModelGuide guide, @Nullable Semaphore allowed) {
    this.step = step;
    this.guide = guide;
    this.allowed = allowed;
  }

  /** Creates a generator that waits before each step until it is allowed. */
  public static FakeGenerator gated() {
    return new FakeGenerator(Duration.ZERO, null, new Semaphore(0));
  }

  /** Allows a number of steps more. */
  public void allow(int more) {
    Objects.requireNonNull(allowed).release(more);
  }

  /** Creates a generator with a delay per step, the guide of the emoji model, and a ControlNet. */
  public static FakeGenerator guided(Duration step) {
    return new FakeGenerator(step, ModelGuide.parse(guide(), Path.of("guide.json")), null);
  }

  /** Returns the guide of the emoji model. */
  public static byte[] guide() {
    try (InputStream in =
        EmojiModel.class.getResourceAsStream("/dev/sana4j/emoji/model/emoji/guide.json")) {
      return Objects.requireNonNull(in).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ModelCard card() {
    GenerationRequest defaults =
        GenerationRequest.builder(List.of("an image"))
            .size(new ImageSize(SIDE, SIDE))
            .steps(4)
            .build();
    return new ModelCard("fake", false, "Fake", 8, defaults, guide != null, guide);
  }

  @Override
  public void check(GenerationRequest request) {
    if (request.prompts().get(0).contains("never")) {
      throw new RequestException("the model cannot make this");
    }
  }

  @Override
  public List<RgbImage> generate(List<GenerationRequest> requests, GenerationListener listener) {
    List<String> prompts = requests.stream().map(request -> request.prompts().get(0)).toList();
    made.add(prompts);
    int count = requests.size();
    int taken = requests.get(0).steps();
    int all = count * (taken + 2);
    tell(listener, new Progress(Stage.ENCODE, count, all));
    for (int i = 1; i <= taken; i++) {
      pause(prompts);
      if (listener.previews().every() > 0 && i < taken) {
        for (int image = 0; image < count; image++) {
          listener.onPreview(new Preview(image, i, taken, image(requests.get(image))));
        }
      }
      steps.incrementAndGet();
      tell(listener, new Progress(Stage.DENOISE, count * (1 + i), all));
    }
    if (prompts.stream().anyMatch(prompt -> prompt.contains("throw"))) {
      throw new IllegalStateException("as the prompt says");
    }
    List<RgbImage> images = new ArrayList<>();
    requests.forEach(request -> images.add(image(request)));
    tell(listener, new Progress(Stage.DECODE, all, all));
    return images;
  }

  private void pause(List<String> prompts) {
    boolean slow = prompts.stream().anyMatch(prompt -> prompt.contains("slow"));
    long millis = slow ? Math.max(20, step.toMillis()) : step.toMillis();
    try {
      if (allowed != null && !allowed.tryAcquire(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException("no step was allowed");
      }
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void tell(GenerationListener listener, Progress progress) {
    if (!listener.onProgress(progress)) {
      throw new SamplingCancelledException("cancelled");
    }
  }

  /** Returns the colour for a seed. */
  public static RgbImage image(GenerationRequest request) {
    byte[] rgb = new byte[3 * request.size().width() * request.size().height()];
    Arrays.fill(rgb, (byte) request.seed());
    return RgbImage.of(request.size().width(), request.size().height(), rgb);
  }

  @Override
  public Map<String, String> texts(GenerationRequest request) {
    String infotext = Infotext.of(request, card().id(), card().sampler()).text();
    return Map.of("fake", request.prompts().get(0), Infotext.KEYWORD, infotext);
  }

  @Override
  public void close() {
    closed = true;
  }

  /** Returns the prompts of the batches, in their order. */
  public List<List<String>> made() {
    return made;
  }

  /** Returns the number of completed steps. */
  public int steps() {
    return steps.get();
  }

  /** Returns whether it was closed. */
  public boolean isClosed() {
    return closed;
  }
}
