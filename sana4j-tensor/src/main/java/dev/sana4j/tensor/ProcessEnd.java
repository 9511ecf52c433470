package dev.sana4j.tensor;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.pytorch.PlacementConsumer;

/**
 * How the process ends while tensors are computed.
 *
 * <p>Java ends a process, also by {@link Runtime#halt}, with the {@code exit} of the C library,
 * which runs the destructors of native libraries: those of libtorch, oneDNN and OpenBLAS free what
 * an operation on another thread still reads, and the process crashes where it should have ended.
 * An operation lasts as long as it lasts, so it cannot be waited for. Where the C library has
 * {@code on_exit} (glibc, so Linux), {@code _exit} can be made the first thing that {@code exit}
 * does: the status stays, and nothing is destroyed. Elsewhere the calls of this class change
 * nothing.
 */
public final class ProcessEnd {
  private static volatile boolean loading;
  private static boolean skips;

  private ProcessEnd() {}

  /**
   * Lets the process end without the destructors of native libraries, once all shutdown hooks have
   * had their turn, with the status that it ends with in any case. It is a choice of the program,
   * not of a library in it: what else is written when native code ends (a coverage count, a
   * profile) is lost too. Further calls have no effect.
   */
  public static synchronized void skipDestructors() {
    if (!skips) {
      skips = true;
      Runtime.getRuntime().addShutdownHook(new Thread(ProcessEnd::arm, "no destructors"));
    }
  }

  /**
   * Ends the process at once, with neither shutdown hooks nor the destructors of native libraries.
   *
   * @param status of the process
   */
  public static void halt(int status) {
    arm();
    Runtime.getRuntime().halt(status);
  }

  /** The native library is loaded from now on. */
  static void loading() {
    loading = true;
  }

  /**
   * Destructors run in the opposite order of their registration, so this comes as late as it can:
   * after the library is loaded, for which it waits.
   */
  private static void arm() {
    if (!loading) {
      return; // there is nothing to destroy
    }
    try {
      Libtorch.load();
      onExit("_exit");
    } catch (LinkageError e) {
      // The library could not be loaded, which its first user has been told.
    }
  }

  /**
   * Calls a function of the C library as the first thing when the process ends.
   *
   * @param function its name; it is given the status of the process
   */
  static void onExit(String function) {
    Pointer called = Loader.addressof(function);
    Pointer register = Loader.addressof("on_exit");
    if (called == null || register == null) {
      return;
    }
    // How JavaCPP keeps a pointer to a function, and any of its functions of two arguments.
    try (PointerPointer<Pointer> kept = new PointerPointer<>(2);
        PlacementConsumer onExit = new PlacementConsumer(kept.put(0, register).put(1, null))) {
      onExit.call(called, 0);
    }
  }
}
