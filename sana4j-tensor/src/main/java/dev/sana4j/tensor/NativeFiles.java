package dev.sana4j.tensor;

import dev.sana4j.files.CacheFolder;
import dev.sana4j.files.ProcessLock;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The native libraries: which jars contain them, and where JavaCPP unpacks them. It makes a folder
 * per jar, named like the file of the jar.
 */
public final class NativeFiles {
  /** The platforms that sana4j has native libraries for. */
  private static final List<String> PLATFORMS =
      List.of("linux-x86_64", "macosx-arm64", "windows-x86_64");

  private static final String KNOWN =
      "linux-x86_64, macosx-arm64 and windows-x86_64 (GPU: linux-x86_64 and windows-x86_64)";

  /** A file in the folder of a jar whose libraries were unpacked and loaded. */
  private static final String COMPLETE = ".complete";

  private static final String LOCK = ".unpacking";

  private static final String CACHE_PROPERTY = "org.bytedeco.javacpp.cachedir";

  /** The resources that must exist; %s stands for platform, prefix and suffix. */
  private static final List<String> LIBRARIES =
      List.of(
          "/org/bytedeco/javacpp/%s/%sjnijavacpp%s",
          "/org/bytedeco/openblas/%s/%sjniopenblas_nolapack%s",
          "/org/bytedeco/pytorch/%s/%sjnitorch%s",
          "/org/bytedeco/pytorch/%s-gpu/%sjnitorch%s");

  private NativeFiles() {}

  /**
   * Moves the unpacked libraries into the cache folder of sana4j if the user named that folder but
   * not the one of JavaCPP. Has an effect only before the first class of JavaCPP is loaded.
   */
  static void useNamedCache(Properties properties, Optional<Path> cache) {
    if (properties.getProperty(CACHE_PROPERTY) == null
        && properties.getProperty("org.bytedeco.javacpp.cacheDir") == null) {
      cache.ifPresent(named -> properties.setProperty(CACHE_PROPERTY, javacpp(named).toString()));
    }
  }

  private static Path javacpp(Path cache) {
    return cache.resolve("javacpp").toAbsolutePath();
  }

  /**
   * Returns the folder that JavaCPP unpacks native libraries into. Does not load them.
   *
   * @return a folder that may not exist
   */
  public static Path folder() {
    useNamedCache(System.getProperties(), CacheFolder.named());
    String named = System.getProperty(CACHE_PROPERTY);
    return named == null
        ? Path.of(System.getProperty("user.home"), ".javacpp", "cache")
        : Path.of(named);
  }

  /**
   * Returns the file names of the jars that this process takes its native libraries from. JavaCPP
   * unpacks them into folders of these names.
   *
   * @return names, sorted; empty if there are none for this platform
   */
  public static List<String> jars() {
    TreeSet<String> jars = new TreeSet<>();
    resources(Loader.getPlatform()).forEach(resource -> jar(resource).ifPresent(jars::add));
    return List.copyOf(jars);
  }

  /**
   * Loads the libraries. While a process unpacks them, others wait: JavaCPP locks single files, but
   * loading one library maps the others, which may still be incomplete.
   *
   * @param loading loads all libraries
   */
  static void load(Runnable loading) {
    List<String> jars = jars();
    Path unpacked = folder().resolve(jars.isEmpty() ? "" : jars.get(jars.size() - 1));
    if (jars.isEmpty() || Files.exists(unpacked.resolve(COMPLETE))) {
      loading.run();
      return;
    }
    try {
      ProcessLock.hold(
          Files.createDirectories(folder()).resolve(LOCK),
          () -> {},
          () -> {
            loading.run();
            markComplete(unpacked);
          });
    } catch (IOException e) { // loading reports that the folder is not writable
      loading.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      loading.run();
    }
  }

  private static void markComplete(Path unpacked) {
    try {
      if (Files.isDirectory(unpacked)) {
        Files.write(unpacked.resolve(COMPLETE), new byte[0]);
      }
    } catch (IOException e) {
      // The next process takes the lock again.
    }
  }

  private static Stream<URL> resources(String platform) {
    return LIBRARIES.stream().flatMap(library -> Stream.ofNullable(resource(library, platform)));
  }

  private static @Nullable URL resource(String library, String platform) {
    boolean windows = platform.startsWith("windows");
    String suffix = windows ? ".dll" : platform.startsWith("mac") ? ".dylib" : ".so";
    return torch.class.getResource(library.formatted(platform, windows ? "" : "lib", suffix));
  }

  private static Optional<String> jar(URL resource) {
    try {
      return resource.openConnection() instanceof JarURLConnection connection
          ? Optional.of(Path.of(connection.getJarFile().getName()).getFileName().toString())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Returns one line for the user about libraries that could not be loaded. */
  static String problem(Throwable error) {
    return problem(Loader.getPlatform(), error);
  }

  static String problem(String platform, Throwable error) {
    if (!PLATFORMS.contains(platform)) {
      return "there are no native libraries for this platform, "
          + platform
          + "; they exist for "
          + KNOWN
          + " as the artifacts dev.sana4j:sana4j-natives-PLATFORM";
    }
    if (resources(platform).count() < LIBRARIES.size() - 1) { // pytorch with or without -gpu
      return "the native libraries for this platform, "
          + platform
          + ", are not on the class path; add the artifact dev.sana4j:sana4j-natives-"
          + platform
          + " (they exist for "
          + KNOWN
          + ")";
    }
    return "the native libraries for "
        + platform
        + " cannot be loaded from "
        + folder()
        + " ("
        + String.valueOf(error.getMessage()).lines().findFirst().orElse("no details")
        + "); check that the folder is writable and that programs may run from it";
  }
}
