package dev.sana4j.tensor;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the process that make native code faster. They are applied before libtorch is loaded,
 * on Linux and macOS. A variable or property that the user has set stays.
 *
 * <p>Freed memory stays in the process, since the system clears each page that it hands out again.
 * Idle threads of OpenMP and OpenBLAS sleep, since they would occupy cores that the others need.
 */
final class NativeSettings {
  private static final String SWITCH = "sana4j.native.settings";

  /** Read by libgomp and by OpenBLAS when they are loaded; 20 means 2^20 cycles. */
  private static final Map<String, String> VARIABLES =
      ordered("OMP_WAIT_POLICY", "PASSIVE", "OPENBLAS_THREAD_TIMEOUT", "20");

  private static final String MMAP_MAX = "MALLOC_MMAP_MAX_";
  private static final String TRIM_THRESHOLD = "MALLOC_TRIM_THRESHOLD_";

  /** What a user would set before the start of Java instead of calling mallopt. */
  private static final Map<String, String> ALLOCATOR =
      ordered(MMAP_MAX, "0", TRIM_THRESHOLD, "4294967296");

  /** Parameters of mallopt, from glibc's {@code malloc.h}; see {@code man 3 mallopt}. */
  private static final int M_TRIM_THRESHOLD = -1;

  private static final int M_MMAP_MAX = -4;

  /** mallopt takes an int, which it converts to a size: -1 is the largest one. */
  private static final int NEVER_TRIM = -1;

  private final Map<String, String> environment;
  private final boolean glibc;

  /**
   * Creates the settings of a process.
   *
   * @param environment its environment
   * @param glibc whether it runs on Linux, whose usual C library has mallopt
   */
  NativeSettings(Map<String, String> environment, boolean glibc) {
    this.environment = environment;
    this.glibc = glibc;
  }

  private static Map<String, String> ordered(
      String first, String value, String second, String other) {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put(first, value);
    variables.put(second, other);
    return variables;
  }

  /** The functions of the C library. */
  interface CLibrary extends Library {
    int setenv(String name, String value, int overwrite);

    int mallopt(int parameter, int value);
  }

  /** Opens the C library. */
  @FunctionalInterface
  interface Opener {
    CLibrary open();
  }

  /** Applies the settings to this process; logs one line if that is not possible. */
  static void apply() {
    Properties properties = System.getProperties();
    javaLimits(properties);
    String system = properties.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    boolean linux = system.startsWith("linux");
    if (isOff(properties) || !(linux || system.startsWith("mac"))) {
      return;
    }
    String problem =
        new NativeSettings(System.getenv(), linux).apply(() -> Native.load("c", CLibrary.class));
    if (problem != null) {
      System.getLogger(NativeSettings.class.getName()).log(System.Logger.Level.INFO, problem);
    }
  }

  /** Lifts JavaCPP's limit of memory, 4 times the heap, which rejects large tensors. */
  static void javaLimits(Properties properties) {
    properties.putIfAbsent("org.bytedeco.javacpp.maxBytes", "0");
    properties.putIfAbsent("org.bytedeco.javacpp.maxPhysicalBytes", "0");
  }

  private static boolean isOff(Properties properties) {
    return properties.getProperty(SWITCH, "on").equalsIgnoreCase("off");
  }

  /**
   * Applies the settings that the environment lacks.
   *
   * @param library opens the C library; not called if nothing is missing
   * @return one line for the log that names the variables to set; null if all is well
   */
  @Nullable String apply(Opener library) {
    Map<String, String> missing = missing();
    if (missing.isEmpty()) {
      return null;
    }
    try {
      CLibrary c = library.open();
      boolean done = true;
      for (Entry<String, String> setting : missing.entrySet()) {
        done &= set(c, setting.getKey(), setting.getValue());
      }
      return done ? null : advice(missing, "the C library refused a setting");
    } catch (LinkageError | RuntimeException e) { // no JNA, another C library, or not permitted
      return advice(missing, e.toString().lines().findFirst().orElse("no details"));
    }
  }

  /** Returns the settings that the user did not make, by the names of their variables. */
  private Map<String, String> missing() {
    Map<String, String> missing = new LinkedHashMap<>(VARIABLES);
    if (glibc && !environment.getOrDefault("GLIBC_TUNABLES", "").contains("glibc.malloc.")) {
      missing.putAll(ALLOCATOR);
    }
    missing.keySet().removeAll(environment.keySet());
    return missing;
  }

  private static boolean set(CLibrary c, String variable, String value) {
    return switch (variable) {
      case MMAP_MAX -> c.mallopt(M_MMAP_MAX, 0) == 1;
      case TRIM_THRESHOLD -> c.mallopt(M_TRIM_THRESHOLD, NEVER_TRIM) == 1;
      default -> c.setenv(variable, value, 0) == 0;
    };
  }

  private static String advice(Map<String, String> missing, String reason) {
    return "images are computed more slowly than possible ("
        + reason
        + "); start Java with the environment variables "
        + missing.entrySet().stream().map(Entry::toString).collect(Collectors.joining(" "))
        + ", or turn this check off with -D"
        + SWITCH
        + "=off";
  }
}
