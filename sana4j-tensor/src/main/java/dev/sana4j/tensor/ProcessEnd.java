package dev.sana4j.tensor;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.pytorch.PlacementConsumer;

/**
 * Ends the process safely while tensors are being computed.
 *
 * <p>Java ends a process with the C library's {@code exit}, also in {@link Runtime#halt}. That runs
 * the destructors of native libraries. Those of libtorch, oneDNN and OpenBLAS free memory that an
 * operation on another thread still reads, so the process crashes instead of ending. Operations
 * cannot be interrupted, and waiting for them takes too long.
 *
 * <p>Where the C library has {@code on_exit} (glibc, so Linux), this class registers {@code _exit}
 * to run first inside {@code exit}. The exit status stays the same and no destructor runs.
 * Elsewhere this class has no effect.
 */
public final class ProcessEnd {
  private static volatile boolean loading;
  private static boolean skips;

  private ProcessEnd() {}

  /**
   * Makes the process end without running the destructors of native libraries. Shutdown hooks still
   * run and the exit status stays the same. Only programs should call this, not libraries: data
   * that native code writes at exit, such as coverage or profiles, is lost. Further calls have no
   * effect.
   */
  public static synchronized void skipDestructors() {
    if (!skips) {
      skips = true;
      Runtime.getRuntime().addShutdownHook(new Thread(ProcessEnd::arm, "no destructors"));
    }
  }

  /**
   * Ends the process immediately, without shutdown hooks or destructors of native libraries.
   *
   * @param status the exit status
   */
  public static void halt(int status) {
    arm();
    Runtime.getRuntime().halt(status);
  }

  /** Records that the native library is being loaded. */
  static void loading() {
    loading = true;
  }

  /**
   * Registers {@code _exit}. Exit handlers run in reverse order of registration, so this waits
   * until the library is loaded and registers as late as possible.
   */
  private static void arm() {
    if (!loading) {
      return; // there are no destructors
    }
    try {
      Libtorch.load();
      onExit("_exit");
    } catch (LinkageError | TensorException e) {
      // The library could not be loaded; its first user got that error.
    }
  }

  /**
   * Registers a function of the C library to run first when the process exits.
   *
   * @param function the name of the function; it receives the exit status
   */
  static void onExit(String function) {
    Pointer called = Loader.addressof(function);
    Pointer register = Loader.addressof("on_exit");
    if (called == null || register == null) {
      return;
    }
    // JavaCPP's layout of a function pointer, called as any function with two arguments.
    try (PointerPointer<Pointer> kept = new PointerPointer<>(2);
        PlacementConsumer onExit = new PlacementConsumer(kept.put(0, register).put(1, null))) {
      onExit.call(called, 0);
    }
  }
}
