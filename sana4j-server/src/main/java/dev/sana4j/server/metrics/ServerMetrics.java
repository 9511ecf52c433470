package dev.sana4j.server.metrics;

import dev.sana4j.files.ProcessMemory;
import dev.sana4j.server.jobs.ImageGenerators;
import dev.sana4j.server.jobs.Job;
import dev.sana4j.server.jobs.JobObserver;
import dev.sana4j.server.jobs.JobService;
import dev.sana4j.tensor.LiveTensors;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The metrics of a server; also logs unexpected errors. */
public final class ServerMetrics implements JobObserver, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerMetrics.class);

  private static final Duration[] BOUNDS = {
    Duration.ofMillis(10),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(30),
    Duration.ofMinutes(2),
    Duration.ofMinutes(5)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private final JvmGcMetrics collector = new JvmGcMetrics();
  private final DistributionSummary batches =
      DistributionSummary.builder("sana.batch.images")
          .description("Images per batch")
          .serviceLevelObjectives(1, 2, 4, 8, 16, 32)
          .register(registry);

  /** Registers the metrics of the process. */
  public ServerMetrics() {
    collector.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    Gauge.builder("sana.tensors", LiveTensors::count)
        .description("Tensors that are not freed, including the weights")
        .register(registry);
    Gauge.builder("process.resident.memory.bytes", ServerMetrics::resident)
        .description("Resident memory of the process, including native memory")
        .register(registry);
  }

  /** Returns NaN if the system does not report the memory. */
  private static double resident() {
    OptionalLong bytes = ProcessMemory.resident();
    return bytes.isPresent() ? bytes.getAsLong() : Double.NaN;
  }

  /**
   * Registers the metrics of a service.
   *
   * @param jobs the service
   */
  public void watch(JobService jobs) {
    gauge("sana.jobs.queued", "Waiting jobs", jobs, load -> load.queued());
    gauge("sana.jobs.running", "Running jobs", jobs, load -> load.running());
    gauge("sana.queue.capacity", "Maximum number of waiting jobs", jobs, load -> load.capacity());
    gauge(
        "sana.kept.bytes",
        "Size of the images that clients can still fetch",
        jobs,
        load -> load.keptBytes());
    gauge(
        "sana.data.bytes", "Size of the stored jobs on the disk", jobs, load -> load.storedBytes());
    gauge(
        "sana.image.seconds",
        "Moving average of the time per image",
        jobs,
        load -> load.secondsPerImage());
  }

  /**
   * Registers the metrics of the models.
   *
   * @param models of the server
   */
  public void watch(ImageGenerators models) {
    FunctionCounter.builder("sana.model.loads", models, all -> all.usage().loads())
        .description("Models that were loaded")
        .register(registry);
    FunctionCounter.builder("sana.model.unloads", models, all -> all.usage().unloads())
        .description("Models that were unloaded to make room for others")
        .register(registry);
    Gauge.builder("sana.models.loaded", models, all -> all.usage().loaded())
        .description("Models in memory")
        .register(registry);
    Gauge.builder("sana.models.bytes", models, all -> all.usage().bytes())
        .description("Memory of the weights of the models in memory")
        .register(registry);
  }

  private void gauge(
      String name, String what, JobService jobs, ToDoubleFunction<JobService.Load> value) {
    Gauge.builder(name, jobs, service -> value.applyAsDouble(service.load()))
        .description(what)
        .register(registry);
  }

  /**
   * Returns all metrics.
   *
   * @return in the text format of Prometheus
   */
  public String text() {
    return registry.scrape();
  }

  /**
   * Records an answered request.
   *
   * @param method of the request
   * @param route the registered route, never the path itself
   * @param status of the answer
   * @param took how long
   */
  public void answered(String method, String route, int status, Duration took) {
    Timer.builder("sana.http.requests")
        .description("Answered requests")
        .tag("method", method)
        .tag("route", route)
        .tag("status", Integer.toString(status))
        .serviceLevelObjectives(BOUNDS)
        .register(registry)
        .record(took);
  }

  @Override
  public void turnedAway() {
    registry.counter("sana.jobs.turned.away").increment();
  }

  @Override
  public void ended(Job job) {
    String status = job.state().status().name().toLowerCase(Locale.ROOT);
    registry.counter("sana.jobs", "status", status).increment();
  }

  @Override
  public void made(String model, int images) {
    batches.record(images);
    registry.counter("sana.images", "model", model).increment(images);
  }

  @Override
  public void stage(Stage stage, Duration took) {
    Timer.builder("sana.stage")
        .description("Stages of image generation")
        .tag("stage", stage.name().toLowerCase(Locale.ROOT))
        .serviceLevelObjectives(BOUNDS)
        .register(registry)
        .record(took);
  }

  @Override
  public void warning(String message) {
    registry.counter("sana.failures").increment();
    LOG.warn("{}", message);
  }

  @Override
  public void failure(String what, Throwable error) {
    registry.counter("sana.failures").increment();
    LOG.error("{} failed", what, error);
  }

  @Override
  public void close() {
    collector.close();
    registry.close();
  }
}
