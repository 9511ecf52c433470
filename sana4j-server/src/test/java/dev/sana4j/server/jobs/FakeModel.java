package dev.sana4j.server.jobs;

import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A model that records how often it is opened and closed; "broken" cannot be opened. */
public final class FakeModel implements LoadableModel {
  private final String id;
  private final long bytes;
  private final FakeGenerator generator = new FakeGenerator();
  private final List<Integer> batches = new CopyOnWriteArrayList<>();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  /** Creates a model with a name and a size. */
  public FakeModel(String id, long bytes) {
    this.id = id;
    this.bytes = bytes;
  }

  @Override
  public ModelCard card() {
    ModelCard fake = generator.card();
    GenerationRequest defaults =
        fake.defaults().toBuilder()
            .size(new ImageSize(FakeGenerator.SIDE, FakeGenerator.SIDE * id.length()))
            .build();
    return new ModelCard(id, fake.sprint(), "Fake " + id, fake.sizeStep(), defaults);
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public long freedBytes() {
    return bytes - 1; // one byte is mapped
  }

  @Override
  public void check(GenerationRequest request) {
    generator.check(request);
  }

  @Override
  public int steps(GenerationRequest request) {
    return generator.steps(request);
  }

  @Override
  public Map<String, String> texts(GenerationRequest request) {
    return Map.of("model", id);
  }

  @Override
  public ImageGenerator open() {
    if (id.equals("broken")) {
      throw new IllegalStateException("the file /secret/weights is damaged");
    }
    opened.incrementAndGet();
    return new Opened();
  }

  /** Generates with the fake generator, and records the batches. */
  private final class Opened implements ImageGenerator {
    @Override
    public ModelCard card() {
      return FakeModel.this.card();
    }

    @Override
    public void check(GenerationRequest request) {}

    @Override
    public List<RgbImage> generate(List<GenerationRequest> requests, GenerationListener listener) {
      batches.add(requests.size());
      return generator.generate(requests, listener);
    }

    @Override
    public Map<String, String> texts(GenerationRequest request) {
      return Map.of();
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  /** Returns how often it was opened. */
  public int opened() {
    return opened.get();
  }

  /** Returns how often it was closed. */
  public int closed() {
    return closed.get();
  }

  /** Returns the number of images of each batch. */
  public List<Integer> batches() {
    return batches;
  }
}
