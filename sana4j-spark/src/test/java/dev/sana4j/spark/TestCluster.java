package dev.sana4j.spark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.LocalSparkCluster;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.Utils;

/**
 * A standalone cluster. Its master and two workers are in this process, and its executors are
 * processes on loopback.
 */
final class TestCluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final String TESTING = "spark.testing";
  private static final String HOME = "spark.test.home";

  private final Path folder;
  private final LocalSparkCluster cluster;
  private final String url;

  /** Starts a cluster whose files are in a folder. */
  TestCluster(Path folder) throws IOException {
    this.folder = folder;
    Utils.setCustomHostname(HOST);
    SparkConf conf = new SparkConf(false).set("spark.local.dir", folder.resolve("work").toString());
    this.cluster = LocalSparkCluster.apply(2, 1, 1024, conf);
    // Workers read their home from these properties, or from a variable of this process.
    System.setProperty(TESTING, "true");
    System.setProperty(HOME, folder.toString());
    Files.createDirectories(folder.resolve("jars")); // must exist; the class path has all jars
    try {
      this.url = cluster.start()[0];
    } finally {
      System.clearProperty(TESTING);
      System.clearProperty(HOME);
    }
  }

  /** Opens a session whose executors have one core each. */
  SparkSession session() {
    return SparkSession.builder()
        .master(url)
        .appName("test")
        .config("spark.ui.enabled", false)
        .config("spark.driver.host", HOST)
        .config("spark.driver.bindAddress", HOST)
        .config("spark.executor.memory", "512m")
        .config("spark.executor.cores", 1)
        .config("spark.cores.max", 2)
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.sql.codegen.wholeStage", false) // compiling takes longer than small tables
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.task.maxFailures", 8)
        .config("spark.executor.extraClassPath", classPath())
        .config(
            "spark.executor.extraJavaOptions",
            "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
                + " -Dlog4j2.configurationFile=sana4j-log4j2.properties"
                + cache())
        .config("spark.executorEnv.SPARK_SCALA_VERSION", "2.13")
        .config("spark.executorEnv.OMP_NUM_THREADS", "1")
        .config("spark.executorEnv.LC_ALL", "C.UTF-8")
        .config("spark.local.dir", folder.resolve("local").toString())
        .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
        .getOrCreate();
  }

  private static String classPath() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return String.join(File.pathSeparator, List.of(path.split(File.pathSeparator)));
  }

  /** Returns the option for the cache of the tests, with its native libraries. */
  private static String cache() {
    String cache = System.getProperty("sana4j.cache");
    return cache == null ? "" : " -Dsana4j.cache=" + cache;
  }

  /** Returns the processes of executors: workers start no other Java. */
  List<ProcessHandle> executors() {
    return ProcessHandle.current()
        .children()
        .filter(process -> process.info().command().orElse("").endsWith("java"))
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  @Override
  public void close() {
    cluster.stop();
    List<ProcessHandle> left = executors();
    left.forEach(ProcessHandle::destroyForcibly);
    CompletableFuture.allOf(
            left.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
        .orTimeout(1, TimeUnit.MINUTES)
        .join();
  }
}
