package dev.sana4j.server.metrics;

import dev.sana4j.files.ProcessMemory;
import dev.sana4j.server.jobs.Job;
import dev.sana4j.server.jobs.JobObserver;
import dev.sana4j.server.jobs.JobService;
import dev.sana4j.tensor.LiveTensors;
import io.micrometer.core.instrument.DistributionSummary;
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

/** Measurements of a server, and a line in the log for what should not have happened. */
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

  /** Begins to measure the process. */
  public ServerMetrics() {
    collector.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    Gauge.builder("sana.tensors", LiveTensors::count)
        .description("Tensors that are not freed, those of the weights among them")
        .register(registry);
    Gauge.builder("process.resident.memory.bytes", ServerMetrics::resident)
        .description("Memory of the process, native memory included")
        .register(registry);
  }

  /** Not a number where the system does not tell. */
  private static double resident() {
    OptionalLong bytes = ProcessMemory.resident();
    return bytes.isPresent() ? bytes.getAsLong() : Double.NaN;
  }

  /**
   * Begins to measure a service.
   *
   * @param jobs the service
   */
  public void watch(JobService jobs) {
    gauge("sana.jobs.queued", "Jobs that wait", jobs, load -> load.queued());
    gauge("sana.jobs.running", "Jobs being made", jobs, load -> load.running());
    gauge("sana.queue.capacity", "Jobs that may wait", jobs, load -> load.capacity());
    gauge("sana.kept.bytes", "Images kept to be fetched", jobs, load -> load.keptBytes());
    gauge("sana.image.seconds", "Mean of the last images", jobs, load -> load.secondsPerImage());
  }

  private void gauge(
      String name, String what, JobService jobs, ToDoubleFunction<JobService.Load> value) {
    Gauge.builder(name, jobs, service -> value.applyAsDouble(service.load()))
        .description(what)
        .register(registry);
  }

  /**
   * All measurements.
   *
   * @return in the text format of Prometheus
   */
  public String text() {
    return registry.scrape();
  }

  /**
   * A request was answered.
   *
   * @param method of the request
   * @param route as it is registered, never the path itself
   * @param status of the answer
   * @param took how long
   */
  public void answered(String method, String route, int status, Duration took) {
    Timer.builder("sana.http.requests")
        .description("Requests that were answered")
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
  public void made(int images) {
    batches.record(images);
    registry.counter("sana.images").increment(images);
  }

  @Override
  public void stage(Stage stage, Duration took) {
    Timer.builder("sana.stage")
        .description("Stages of making images")
        .tag("stage", stage.name().toLowerCase(Locale.ROOT))
        .serviceLevelObjectives(BOUNDS)
        .register(registry)
        .record(took);
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
