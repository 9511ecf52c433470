package dev.sana4j.spring;

import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.request.GenerationListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Collects the images and notes of one request, and cancels it when the application stops. */
final class GenerationRun implements GenerationListener, Consumer<GeneratedImage> {
  private final BooleanSupplier cancelled;
  private final ImageMeter meter;
  private final List<GeneratedImage> images = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private long start = System.nanoTime();

  GenerationRun(BooleanSupplier cancelled, ImageMeter meter) {
    this.cancelled = cancelled;
    this.meter = meter;
  }

  @Override
  public boolean onProgress(Progress progress) {
    return !cancelled.getAsBoolean();
  }

  @Override
  public void onNote(int request, String note) {
    notes.add(note);
  }

  @Override
  public void accept(GeneratedImage image) {
    images.add(image);
    long now = System.nanoTime();
    meter.generated(Duration.ofNanos(now - start));
    start = now;
  }

  List<GeneratedImage> images() {
    return List.copyOf(images);
  }

  List<String> notes() {
    return List.copyOf(notes);
  }
}
