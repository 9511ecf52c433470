package dev.sana4j.spark;

import com.codahale.metrics.Gauge;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of executors ({@code images}, {@code badRows}, {@code openModels}), which Spark's sinks
 * report, and the end of their pipelines.
 */
public final class SanaPlugin implements SparkPlugin {
  private static final AtomicLong IMAGES = new AtomicLong();
  private static final AtomicLong BAD_ROWS = new AtomicLong();

  /** Creates the plugin; Spark calls this for the setting {@code spark.plugins}. */
  public SanaPlugin() {}

  static void countImage() {
    IMAGES.incrementAndGet();
  }

  static void countBadRow() {
    BAD_ROWS.incrementAndGet();
  }

  @Override
  public @Nullable DriverPlugin driverPlugin() {
    return null; // Spark allows it
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> settings) {
        context.metricRegistry().register("images", (Gauge<Long>) IMAGES::get);
        context.metricRegistry().register("badRows", (Gauge<Long>) BAD_ROWS::get);
        context.metricRegistry().register("openModels", (Gauge<Integer>) ExecutorModels::open);
      }

      @Override
      public void shutdown() {
        ExecutorModels.closeUnused();
      }
    };
  }
}
