package dev.sana4j.tensor;

import java.io.IOException;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Switches of the native library as a whole: threads, devices, gradients. */
public final class Libtorch {
  static {
    // Before any JavaCPP class loads: its own limit (4 x heap) refuses big tensors and slows calls.
    setDefault("org.bytedeco.javacpp.maxBytes", "0");
    setDefault("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    ProcessEnd.loading();
    Loader.load(torch.class);
    // It knows few processors, and complains of every other one with each convolution.
    torch.globalContext().setUserEnabledNNPACK(false);
    ProcessorCores.threads(System.getenv()).ifPresent(Libtorch::threads);
  }

  private Libtorch() {}

  private static void setDefault(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }

  /** Loads the native library; without effect when it is loaded. */
  static void load() {}

  /**
   * Sets how many threads one operation may use, in every library underneath.
   *
   * @param threads 1 to 1024
   * @throws TensorException if the count is out of range
   */
  public static void threads(int threads) {
    if (threads < 1 || threads > 1024) {
      throw new TensorException("threads " + threads + " is not between 1 and 1024");
    }
    torch.set_num_threads(threads);
    openblas_nolapack.blas_set_num_threads(threads);
  }

  /**
   * How many threads one operation may use: if nothing was set, on Linux one for each physical core
   * that this process may use, elsewhere what libtorch takes. {@code OMP_NUM_THREADS} in the
   * environment says another number.
   *
   * @return a count
   */
  public static int threads() {
    return torch.get_num_threads();
  }

  /**
   * Which library computes.
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
   * Whether matrix products on the processor are faster in bfloat16 than in float32, measured once
   * on a small one: without instructions for it they are many times slower.
   *
   * @return true on processors with AVX-512 BF16, AMX or their like
   */
  public static boolean prefersBfloat16() {
    return Bfloat16Speed.IS_FAST;
  }

  private static final class Bfloat16Speed {
    static final boolean IS_FAST = noGrad(() -> nanos(DType.BFLOAT16) < nanos(DType.FLOAT32));

    private static final int SIDE = 384;
    private static final int RUNS = 5;

    /** The fastest of some runs. */
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
   * Refuses a device that this machine or this build does not have.
   *
   * @param device where tensors shall live
   * @throws TensorException naming what is missing
   */
  public static void require(Device device) {
    if (device.type().equals("cuda")) {
      int count = torch.cuda_is_available() ? torch.cuda_device_count() : 0;
      if (device.index() >= count) {
        throw new TensorException(
            "device "
                + device
                + " is not available: this build sees "
                + count
                + " CUDA devices"
                + " (a GPU build is made with -Djavacpp.platform.extension=-gpu)");
      }
    }
  }

  /**
   * Runs a body without recording gradients. The switch belongs to the thread and is restored.
   *
   * @param body what to run
   * @param <T> its result
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
