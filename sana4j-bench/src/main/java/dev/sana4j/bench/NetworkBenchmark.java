package dev.sana4j.bench;

import static java.util.Objects.requireNonNull;

import dev.sana4j.tensor.DType;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures each {@link Shape} in a separate process. Single runs are measured, since one can take
 * many seconds. The time of a shape that runs only a part of a network is not scaled.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 10)
@Fork(1)
public class NetworkBenchmark {
  /** Name of the shape. */
  @Param({"dit-block-1024", "dcae-decode-512", "gemma-300-tokens", "train-step-192"})
  public String shape = "";

  /** Name of the dtype. */
  @Param({"float32", "bfloat16"})
  public String dtype = "";

  private @Nullable Workload workload;

  /** Called by JMH. */
  public NetworkBenchmark() {}

  /** Creates parameters and inputs. */
  @Setup(Level.Trial)
  public void open() {
    workload = Shape.named(shape).workload().apply(DType.valueOf(dtype.toUpperCase(Locale.ROOT)));
  }

  /** Frees parameters and inputs. */
  @TearDown(Level.Trial)
  public void close() {
    requireNonNull(workload).close();
  }

  /**
   * Runs one pass.
   *
   * @return the number of elements of its result
   */
  @Benchmark
  public long pass() {
    return requireNonNull(workload).run();
  }
}
