package dev.sana4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ends processes in the middle of an operation; each is an {@link EndingProcess}. */
@Timeout(120)
class ProcessEndTest {
  private static final int ABORTED = 134;

  @TempDir private Path folder;

  private int status(String how) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:ErrorFile=" + folder.resolve("crash"),
                "-XX:-CreateCoredumpOnCrash",
                "-cp",
                System.getProperty("java.class.path"),
                EndingProcess.class.getName(),
                how)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(output)).contains("ends");
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"exit", "halt"})
  @EnabledOnOs(OS.LINUX)
  void theStatusStaysAndNothingIsDestroyed(String how) throws Exception {
    assertThat(status(how)).isEqualTo(37);
    assertThat(folder.resolve("crash")).doesNotExist();
  }

  @Test
  void whatNeverComputedEndsAsUsual() throws Exception {
    assertThat(status("unloaded")).isEqualTo(37);
  }

  /** Checks that the process would crash otherwise, so that the tests above prove something. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void otherwiseWhatNativeCodeRegisteredIsCalled() throws Exception {
    assertThat(status("usual")).isEqualTo(ABORTED);
  }
}
