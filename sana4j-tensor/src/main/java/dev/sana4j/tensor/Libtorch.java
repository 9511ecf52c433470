package dev.sana4j.tensor;

import dev.sana4j.files.CacheFolder;
import java.io.IOException;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.SizeTPair;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Process-wide settings of the native library: threads, devices and gradients. */
public final class Libtorch {
  private static volatile int chosenThreads;

  /** Why the library could not be loaded; null if it could. Each use reports it. */
  @SuppressWarnings("StaticAssignmentOfThrowable")
  private static final @Nullable LinkageError FAILURE = start();

  private Libtorch() {}

  private static @Nullable LinkageError start() {
    NativeSettings.apply(); // before any class of JavaCPP is loaded
    NativeFiles.useNamedCache(System.getProperties(), CacheFolder.named());
    try {
      ProcessEnd.loading();
      NativeFiles.load(() -> Loader.load(torch.class));
      // NNPACK supports few CPUs and prints a warning with each convolution on the others.
      torch.globalContext().setUserEnabledNNPACK(false);
      ProcessorCores.threads(System.getenv()).ifPresent(Libtorch::setThreads);
      return null;
    } catch (LinkageError e) {
      return e;
    }
  }

  /**
   * Loads the native library unless it is loaded already.
   *
   * @throws TensorException if that is not possible, stating what to add to the class path
   */
  static void load() {
    if (FAILURE != null) {
      throw new TensorException(NativeFiles.problem(FAILURE), FAILURE);
    }
  }

  /**
   * Sets the number of threads that one operation may use, in all native libraries.
   *
   * @param threads 1 to 1024
   * @throws TensorException if the number is out of range, or the native library cannot be loaded
   */
  public static void threads(int threads) {
    if (threads < 1 || threads > 1024) {
      throw new TensorException("threads " + threads + " is out of range; expected 1 to 1024");
    }
    load();
    setThreads(threads);
  }

  private static void setThreads(int threads) {
    chosenThreads = threads;
    torch.set_num_threads(threads);
    openblas_nolapack.blas_set_num_threads(threads);
  }

  /**
   * Applies the number of threads that {@link #threads(int)} was last called with to the calling
   * thread. OpenMP keeps the number per thread, so a thread that has computed before does not
   * notice a change.
   */
  public static void useSetThreads() {
    load();
    int threads = chosenThreads;
    if (threads > 0 && torch.get_num_threads() != threads) {
      torch.set_num_threads(threads);
    }
  }

  /**
   * Returns the number of threads that one operation may use. By default this is {@code
   * OMP_NUM_THREADS} if set; otherwise on Linux one per physical core available to the process, and
   * libtorch's default elsewhere.
   *
   * @return the number of threads
   */
  public static int threads() {
    load();
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
   * Returns the free memory of a GPU, as the CUDA runtime reports it after libtorch has returned
   * the memory of freed tensors, which it keeps for later ones.
   *
   * @param device a GPU that is {@linkplain #require available}
   * @return bytes that no process uses; unlimited for {@link DryRun#DEVICE}
   * @throws TensorException if the runtime does not report it
   */
  public static long freeBytes(Device device) {
    if (device.equals(Device.META)) {
      return Long.MAX_VALUE;
    }
    Tensors.empty(DType.UINT8, device, 1).close(); // initializes the CUDA runtime
    torch.emptyCache();
    try (SizeTPair freeAndTotal = torch.getMemoryInfo((byte) device.index())) {
      return freeAndTotal.first();
    } catch (RuntimeException e) {
      throw TensorException.withCause("free memory of " + device, e);
    }
  }

  /**
   * Checks that the native library can be loaded, and that this machine and this build support a
   * device.
   *
   * @param device the device to use
   * @throws TensorException if the library or the device is not available, stating what to do
   */
  public static void require(Device device) {
    load();
    if (device.equals(Device.META) && !DryRun.isRunning()) {
      throw new TensorException("unknown device '" + device + "'; use cpu, cuda or cuda:N");
    }
    if (device.type().equals("cuda")) {
      int count = gpus();
      if (device.index() >= count) {
        throw new TensorException(
            "device "
                + device
                + " is not available: this build sees "
                + count
                + " CUDA devices"
                + "; for a GPU, use the natives whose names end in -gpu");
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
    load();
    AutoGradMode off = new AutoGradMode(false);
    try {
      return body.get();
    } finally {
      off.close();
    }
  }
}
