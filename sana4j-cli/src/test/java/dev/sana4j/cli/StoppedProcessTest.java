package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.tensor.Int8Product;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Stops {@code sana generate} with SIGTERM at random moments of its work. */
class StoppedProcessTest {
  private static final int STOPS = 200;

  /** The precisions of this machine: without int8 if that is refused. */
  private static final List<String> DTYPES =
      Int8Product.isFast()
          ? List.of("float32", "bfloat16", "int8")
          : List.of("float32", "bfloat16");

  private static final int STOPPED = 143;
  private static final int AT_ONCE = 2;

  @TempDir private Path folder;

  private Process start(String dtype, Path image) throws IOException {
    return start(dtype, image, Map.of());
  }

  private Process start(String dtype, Path image, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:ErrorFile=" + folder.resolve("crash-%p"));
    command.add("-XX:-CreateCoredumpOnCrash");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Sana.class.getName()));
    command.addAll(List.of("generate", "a red apple on a blue background", "-o", image.toString()));
    command.addAll(List.of("--threads", "1", "--dtype", dtype));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder.redirectOutput(folder.resolve(image.getFileName() + ".log").toFile()).start();
  }

  /** Stops a run after a time; a run that ends before is fine too. */
  private void stop(String dtype, int number, long millis) throws Exception {
    Path image = folder.resolve(number + ".png");
    Process process = start(dtype, image);
    try {
      process.waitFor(millis, TimeUnit.MILLISECONDS);
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      String log = Files.readString(folder.resolve(image.getFileName() + ".log"));
      String what = dtype + " stopped after " + millis + " ms: " + log;
      assertThat(process.exitValue()).as(what).isIn(0, STOPPED);
      assertThat(folder.toFile().list((in, name) -> name.startsWith("crash"))).as(what).isEmpty();
      if (process.exitValue() == 0 || Files.exists(image)) {
        assertThat(ImageFiles.read(image).size().width()).as(what).isEqualTo(128);
      }
    } finally {
      process.destroyForcibly();
    }
  }

  /** Measures a run that is not stopped. */
  private long wholeMillis(String dtype) throws Exception {
    long start = System.nanoTime();
    Process process = start(dtype, folder.resolve(dtype + ".png"));
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  @Test
  @Timeout(120)
  void endsWithTheStatusOfTheSignal() throws Exception {
    for (int i = 0; i < DTYPES.size(); i++) {
      stop(DTYPES.get(i), i, 700 + 400L * i);
    }
  }

  /** Restricts oneDNN as on an older processor. */
  @Test
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64")
  @Timeout(120)
  void int8IsRefusedWhereItIsSlow() throws Exception {
    Path image = folder.resolve("refused.png");
    Process process = start("int8", image, Map.of("ONEDNN_MAX_CPU_ISA", "AVX2"));
    assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(folder.resolve("refused.png.log")))
        .contains("sana: int8 needs a processor with AVX-512 VNNI", "choose float32");
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(image).doesNotExist();
  }

  @Test
  @Tag("slow")
  void twoHundredStopsLeaveNoCrashAndNoPartOfAnImage() throws Exception {
    Random random = new Random(7);
    ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<?>> stops = new ArrayList<>();
      for (String dtype : DTYPES) {
        int whole = Math.toIntExact(wholeMillis(dtype));
        for (int i = 0; i <= STOPS / DTYPES.size(); i++) {
          int number = stops.size();
          long millis = random.nextInt(whole);
          stops.add(
              pool.submit(
                  () -> {
                    stop(dtype, number, millis);
                    return null;
                  }));
        }
      }
      for (Future<?> stop : stops) {
        stop.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
