package dev.sana4j.tensor;

import java.io.IOException;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Process-wide settings of the native library: threads, devices and gradients. */
public final class Libtorch {
  static {
    // Must run before any JavaCPP class loads. JavaCPP's limit (4 x heap) rejects large tensors.
    setDefault("org.bytedeco.javacpp.maxBytes", "0");
    setDefault("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    ProcessEnd.loading();
    Loader.load(torch.class);
    // NNPACK supports few CPUs and prints a warning with each convolution on the others.
    torch.globalContext().setUserEnabledNNPACK(false);
    ProcessorCores.threads(System.getenv()).ifPresent(Libtorch::threads);
  }

  private Libtorch() {}

  private static void setDefault(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }

  /** Loads the native library unless it is loaded already. */
  static void load() {}

  /**
   * Sets the number of threads that one operation may use, in all native libraries.
   *
   * @param threads 1 to 1024
   * @throws TensorException if the number is out of range
   */
  public static void threads(int threads) {
    if (threads < 1 || threads > 1024) {
      throw new TensorException("threads " + threads + " is out of range; expected 1 to 1024");
    }
    torch.set_num_threads(threads);
    openblas_nolapack.blas_set_num_threads(threads);
  }

  /**
   * Returns the number of threads that one operation may use. By default this is {@code
   * OMP_NUM_THREADS} if set; otherwise on Linux one per physical core available to the process, and
   * libtorch's default elsewhere.
   *
   * @return the number of threads
   */
  public static int threads() {
    return torch.get_num_threads();
  }

  /**
   * Returns the version of the native library.
   *
   * @return the version of libtorch and of its binding, for example {@code 2.10.0-1.5.13}
   */
  public static String version() {
    try {
      return Loader.getVersion("org.bytedeco", "pytorch");
    } catch (IOException e) {
      return "unknown";
    }
  }

  /**
   * Returns whether matrix products on the CPU are faster in bfloat16 than in float32. Measures it
   * once on a small product. Without bfloat16 instructions they are many times slower.
   *
   * @return true on CPUs with AVX-512 BF16, AMX or similar instructions
   */
  public static boolean prefersBfloat16() {
    return Bfloat16Speed.IS_FAST;
  }

  private static final class Bfloat16Speed {
    static final boolean IS_FAST = noGrad(() -> nanos(DType.BFLOAT16) < nanos(DType.FLOAT32));

    private static final int SIDE = 384;
    private static final int RUNS = 5;

    /** Returns the duration of the fastest of several runs. */
    private static long nanos(DType dtype) {
      return TensorScope.<Long>compute(
          () -> {
            Tensor ones = Tensors.full(1, dtype, Device.CPU, SIDE, SIDE);
            long best = Long.MAX_VALUE;
            for (int i = 0; i < RUNS; i++) {
              long start = System.nanoTime();
              try (Tensor product = ones.matmul(ones)) {
                best = product.rank() == 2 ? Math.min(best, System.nanoTime() - start) : best;
              }
            }
            return best;
          });
    }
  }

  /**
   * Returns the number of GPUs that this machine has and this build supports.
   *
   * @return 0 in a build for processors only
   */
  public static int gpus() {
    return torch.cuda_is_available() ? torch.cuda_device_count() : 0;
  }

  /**
   * Checks that this machine and this build support a device.
   *
   * @param device the device to use
   * @throws TensorException if the device is not available, stating how many CUDA devices there are
   */
  public static void require(Device device) {
    if (device.type().equals("cuda")) {
      int count = gpus();
      if (device.index() >= count) {
        throw new TensorException(
            "device "
                + device
                + " is not available: this build sees "
                + count
                + " CUDA devices"
                + "; for a GPU, build with -Djavacpp.platform.extension=-gpu");
      }
    }
  }

  /**
   * Runs a body without recording gradients. The setting belongs to the thread and is restored
   * afterwards.
   *
   * @param body the code to run
   * @param <T> the type of the result
   * @return the body's result
   */
  public static <T extends @Nullable Object> T noGrad(Supplier<T> body) {
    AutoGradMode off = new AutoGradMode(false);
    try {
      return body.get();
    } finally {
      off.close();
    }
  }
}
