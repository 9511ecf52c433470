package dev.sana4j.cli;

import dev.sana4j.files.IoReason;
import dev.sana4j.pipeline.request.RequestException;
import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A second Java process, with Spark and this program on its class path. So Spark is on no other
 * class path, and its version is that of the cluster.
 */
final class SparkProcess {
  private static final Map<String, String> JOBS =
      Map.of(
          "generate", "dev.sana4j.spark.GenerateJob",
          "encode", "dev.sana4j.spark.EncodeJob",
          "evaluate", "dev.sana4j.spark.EvaluateJob");

  private static final String MODULE = "sana4j-spark";

  private final @Nullable Path sparkHome;
  private final String heap;

  SparkProcess(@Nullable Path sparkHome, String heap) {
    this.sparkHome = sparkHome;
    this.heap = heap;
  }

  /** Returns the jars of this program that Spark does not bring, joined for {@code --jars}. */
  String jarsToSubmit() {
    @Nullable String lack = lackOfJars();
    if (lack != null) {
      throw new RequestException(lack);
    }
    return jars();
  }

  /**
   * Returns why the jars of this program are not all that other machines need; null if they are.
   */
  private static @Nullable String lackOfJars() {
    if (!Files.isRegularFile(here())) {
      return "a cluster needs an installation, and this is a source tree: its classes are not in"
          + " jars; see docs/quickstart.md";
    }
    if (own().noneMatch(path -> name(Path.of(path)).startsWith("sana4j-natives-"))) {
      return "a cluster needs the archive for all platforms: the native libraries of this one are"
          + " not in jars; see docs/how-to/cluster.md";
    }
    return null;
  }

  private static String jars() {
    return own().filter(path -> path.endsWith(".jar")).collect(Collectors.joining(","));
  }

  /**
   * Runs a job and waits for it.
   *
   * @return its exit status
   */
  int run(String job, List<String> arguments) {
    String main = JOBS.get(job);
    if (main == null) {
      throw new RequestException(
          "the job is not generate, encode or evaluate, but " + job + "; see sana batch --help");
    }
    if (!heap.matches("\\d{1,6}[kmgKMG]")) {
      throw new RequestException("--heap is not a size such as 2g, but " + heap);
    }
    List<String> command = command(main);
    command.addAll(arguments);
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      Thread stop = new Thread(() -> end(process), "sana4j-batch-end");
      Runtime.getRuntime().addShutdownHook(stop);
      return process.waitFor();
    } catch (IOException e) {
      String need =
          isComplete() ? "" : "; Spark needs a Java with all modules, 17 or newer, in JAVA_HOME";
      throw new FailureException("Java cannot be started: " + IoReason.of(e) + need);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException("stopped");
    }
  }

  /** Ends the job with this process; it has got the same signal in a terminal. */
  private static void end(Process process) {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> command(String main) {
    List<Path> spark = spark();
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(moduleOptions(spark));
    command.addAll(
        List.of(
            "-Xmx" + heap,
            "-XX:TieredStopAtLevel=1", // starts sooner; the images are computed by libtorch
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.awt.headless=true",
            "-Dlog4j2.configurationFile=sana4j-log4j2.properties",
            "-Dorg.bytedeco.javacpp.maxBytes=0",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-Dsana4j.spark.jars=" + jars()));
    @Nullable String lack = lackOfJars();
    if (lack != null) {
      command.add("-Dsana4j.spark.lack=" + lack);
    }
    for (String name : List.of("java.library.path", "sana4j.cache")) {
      String value = System.getProperty(name);
      if (value != null) {
        command.add("-D" + name + "=" + value);
      }
    }
    // Spark's jars first: what both have is of Spark's version, as under spark-submit.
    Stream<String> all = Stream.concat(spark.stream().map(Path::toString), own());
    command.addAll(List.of("-cp", all.collect(Collectors.joining(File.pathSeparator)), main));
    return command;
  }

  /** Returns this Java, or an installed one if this is that of an archive, which lacks modules. */
  private static String java() {
    if (isComplete()) {
      return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
    @Nullable String home = System.getenv("JAVA_HOME");
    return home == null || home.isBlank() ? "java" : Path.of(home, "bin", "java").toString();
  }

  private static boolean isComplete() {
    return ModuleFinder.ofSystem().find("jdk.incubator.vector").isPresent();
  }

  /** Returns the options that this version of Spark needs from Java. */
  private static List<String> moduleOptions(List<Path> spark) {
    Path launcher =
        spark.stream()
            .filter(jar -> name(jar).startsWith("spark-launcher"))
            .findFirst()
            .orElseThrow(() -> new RequestException("spark-launcher is missing in --spark-home"));
    try (var loader = new URLClassLoader(new URL[] {launcher.toUri().toURL()}, null)) {
      Object all =
          loader
              .loadClass("org.apache.spark.launcher.JavaModuleOptions")
              .getMethod("defaultModuleOptionArray")
              .invoke(null);
      return Arrays.asList((String[]) all);
    } catch (ReflectiveOperationException | IOException e) {
      throw new RequestException(launcher + " is not of Spark 4; give another --spark-home");
    }
  }

  private List<Path> spark() {
    @Nullable String variable = System.getenv("SPARK_HOME");
    Path home = sparkHome != null ? sparkHome : variable == null ? null : Path.of(variable);
    if (home == null) {
      throw new RequestException(
          "sana batch needs Apache Spark 4 for Scala 2.13: download it from"
              + " spark.apache.org/downloads, unpack it, and give --spark-home DIR before the job,"
              + " or SPARK_HOME");
    }
    Path jars = Files.isDirectory(home.resolve("jars")) ? home.resolve("jars") : home;
    List<Path> found = list(jars);
    if (found.stream().noneMatch(jar -> name(jar).matches("spark-core_2\\.13-4\\..*\\.jar"))) {
      throw new RequestException(
          jars + " has no spark-core_2.13-4.*.jar; give a distribution of Spark 4 for Scala 2.13");
    }
    return found;
  }

  private static List<Path> list(Path folder) {
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.jar")) {
      all.forEach(jars::add);
    } catch (IOException e) {
      throw new RequestException(folder + " cannot be read: " + IoReason.of(e));
    }
    jars.sort(null);
    return jars;
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  /** Returns the class path of this program without what Spark brings, and the jobs. */
  private static Stream<String> own() {
    Stream<String> kept =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(path -> !isOfSpark(name(Path.of(path))));
    return Stream.concat(Stream.of(module().toString()), kept);
  }

  /** Returns whether Spark brings a library in another version, or another log. */
  private static boolean isOfSpark(String jar) {
    return jar.startsWith("jackson-core")
        || jar.startsWith("jackson-databind")
        || jar.startsWith("jackson-annotations")
        || jar.startsWith("slf4j-")
        || jar.startsWith("log4j-")
        || jar.startsWith("logback-");
  }

  /** Returns the jar of the jobs beside the jars of this program, or the build of the source. */
  private static Path module() {
    Path here = here();
    Path folder = here.getParent();
    if (Files.isRegularFile(here) && folder != null) {
      List<Path> found =
          Files.isDirectory(folder.resolve("spark")) ? list(folder.resolve("spark")) : List.of();
      return found.stream()
          .filter(jar -> name(jar).startsWith(MODULE))
          .findFirst()
          .orElseThrow(() -> new RequestException(folder + " has no spark/" + MODULE + ".jar"));
    }
    for (Path up = folder; up != null; up = up.getParent()) {
      Path built = up.resolve(MODULE).resolve("target").resolve("classes");
      if (Files.isDirectory(built)) {
        return built;
      }
    }
    throw new RequestException(
        "the jobs are not built; run mvn -Pquick -pl sana4j-spark -am compile once");
  }

  private static Path here() {
    try {
      return Path.of(
          SparkProcess.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
