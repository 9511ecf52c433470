package dev.sana4j.spark;

import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.DType;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.network.util.JavaUtils;
import org.jspecify.annotations.Nullable;

/** The memory outside the heap that an executor needs, compared with what Spark reserves. */
final class MemoryAdvice {
  private static final long MIB = 1L << 20;
  private static final long LEAST_OVERHEAD_MIB = 384;
  private static final double OVERHEAD_FACTOR = 0.1;

  /** Native memory of Spark itself: network buffers, code, and stacks. */
  private static final long SPARK_MIB = 256;

  private MemoryAdvice() {}

  /**
   * Returns a note with the memory that is needed.
   *
   * @throws BatchException if the cluster would kill executors for using more than they asked for
   */
  static String check(
      ModelConfig config, DType dtype, @Nullable ImageSize largest, SparkConf conf) {
    GenerationRequest request = request(config, largest);
    long needed = config.memory(request, dtype) / MIB + SPARK_MIB;
    String master = conf.get("spark.master", "local");
    String need =
        "an executor needs about %d MiB outside the Java heap for %s in %s"
            .formatted(needed, request.size(), dtype);
    boolean isEnforced = master.equals("yarn") || master.startsWith("k8s:");
    if (!isEnforced) {
      return need + (master.startsWith("local") ? "" : "; leave it free on each worker");
    }
    long reserved = overheadMib(conf);
    if (reserved < needed) {
      throw new BatchException(
          String.format(
              Locale.ROOT,
              "%s, but only %d MiB are reserved; set spark.executor.memoryOverhead=%dm",
              need,
              reserved,
              roundedUp(needed)));
    }
    return need + ", " + reserved + " MiB are reserved";
  }

  /** Returns a request of the largest size, rounded up to one that the model supports. */
  private static GenerationRequest request(ModelConfig config, @Nullable ImageSize largest) {
    GenerationRequest.Builder builder = config.request("an image");
    if (largest != null) {
      int step = config.sizeStep();
      builder.size(
          new ImageSize(
              roundedUp(largest.width(), step, ImageSize.MAX_SIDE),
              roundedUp(largest.height(), step, ImageSize.MAX_SIDE)));
    }
    return builder.build();
  }

  private static int roundedUp(int side, int step, int most) {
    return Math.min((side + step - 1) / step, most / step) * step;
  }

  /** Returns the memory outside the heap that Spark asks the cluster for, in MiB. */
  static long overheadMib(SparkConf conf) {
    String given = conf.get("spark.executor.memoryOverhead", "");
    if (!given.isEmpty()) {
      return JavaUtils.byteStringAsMb(given);
    }
    long heap = JavaUtils.byteStringAsMb(conf.get("spark.executor.memory", "1g"));
    double factor = conf.getDouble("spark.executor.memoryOverheadFactor", OVERHEAD_FACTOR);
    return Math.max(LEAST_OVERHEAD_MIB, (long) (heap * factor));
  }

  private static long roundedUp(long mib) {
    return (mib + 255) / 256 * 256;
  }
}
