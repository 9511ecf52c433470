package dev.sana4j.spark;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.SparkSession;

/** A standalone cluster of one master and two workers, as processes on loopback. */
final class TestCluster implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("service 'sparkMaster' on port (\\d+)");
  private static final String HOST = "127.0.0.1";

  private final List<Process> processes = new ArrayList<>();
  private final List<Process> workers = new ArrayList<>();
  private final Path folder;
  private final String url;

  private TestCluster(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("home/jars"));
    for (String entry : classPath()) {
      Path path = Path.of(entry).toAbsolutePath();
      Path link = folder.resolve("home/jars").resolve(path.getFileName());
      if (entry.endsWith(".jar") && Files.notExists(link)) {
        Files.createSymbolicLink(link, path);
      }
    }
    Process master =
        start("org.apache.spark.deploy.master.Master", "--port", "0", "--webui-port", "0");
    url = "spark://" + HOST + ":" + port(master);
    for (int i = 0; i < 2; i++) {
      Path work = Files.createDirectories(folder.resolve("worker-" + i));
      Process worker =
          start(
              "org.apache.spark.deploy.worker.Worker",
              "--port",
              "0",
              "--webui-port",
              "0",
              "-c",
              "1",
              "-m",
              "1g",
              "-d",
              work.toString(),
              url);
      workers.add(worker);
    }
  }

  static TestCluster start(Path folder) throws IOException {
    return new TestCluster(folder);
  }

  private static List<String> classPath() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(path.split(File.pathSeparator)).filter(each -> !each.isEmpty()).toList();
  }

  private Process start(String main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            String.join(File.pathSeparator, classPath()),
            main,
            "--host",
            HOST));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARK_HOME", folder.resolve("home").toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", HOST);
    builder.environment().put("SPARK_LOCAL_DIRS", folder.resolve("scratch").toString());
    if (main.endsWith("Worker")) {
      builder.redirectOutput(folder.resolve("worker-" + workers.size() + ".log").toFile());
    }
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private static int port(Process master) throws IOException {
    BufferedReader log = reader(master);
    List<String> seen = new ArrayList<>();
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      seen.add(line);
      Matcher port = PORT.matcher(line);
      if (port.find()) {
        drain(log);
        return Integer.parseInt(port.group(1));
      }
    }
    throw new IllegalStateException("the master ended: " + seen);
  }

  private static BufferedReader reader(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static void drain(BufferedReader log) {
    Thread reading =
        new Thread(
            () -> {
              try {
                while (log.readLine() != null) {
                  // the log is not needed
                }
              } catch (IOException e) {
                // the process has ended
              }
            });
    reading.setDaemon(true);
    reading.start();
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
        .config("spark.task.maxFailures", 8)
        .config("spark.executor.extraClassPath", String.join(File.pathSeparator, classPath()))
        .config(
            "spark.executor.extraJavaOptions",
            "-XX:+UseSerialGC -Dlog4j2.configurationFile=sana4j-log4j2.properties" + cache())
        .config("spark.executorEnv.OMP_NUM_THREADS", "1")
        .config("spark.executorEnv.LC_ALL", "C.UTF-8")
        .config("spark.local.dir", folder.resolve("local").toString())
        .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
        .getOrCreate();
  }

  /** Returns the option for the cache of the tests, with its native libraries. */
  private static String cache() {
    String cache = System.getProperty("sana4j.cache");
    return cache == null ? "" : " -Dsana4j.cache=" + cache;
  }

  /** Returns the processes of executors: workers start no others. */
  List<ProcessHandle> executors() {
    return workers.stream()
        .flatMap(worker -> worker.toHandle().children())
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  @Override
  public void close() {
    processes.forEach(
        process -> {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        });
    for (Process process : processes) {
      try {
        process.waitFor(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
