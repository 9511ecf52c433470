package dev.sana4j.spring.autoconfigure;

import dev.sana4j.spring.ImageMeter;
import dev.sana4j.spring.LazyPipeline;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Counts and times images in Micrometer, and reports whether the model is loaded. */
final class MicrometerImageMeter implements ImageMeter {
  private final Counter images;
  private final Timer time;

  MicrometerImageMeter(MeterRegistry registry, LazyPipeline pipeline) {
    images = Counter.builder("sana.images").description("Generated images").register(registry);
    time =
        Timer.builder("sana.image.time")
            .description("Time of an image, without waiting for other requests")
            .register(registry);
    Gauge.builder("sana.model.loaded", pipeline, model -> model.isLoaded() ? 1 : 0)
        .description("1 if the model is loaded, else 0")
        .register(registry);
  }

  @Override
  public void generated(Duration duration) {
    images.increment();
    time.record(duration);
  }
}
