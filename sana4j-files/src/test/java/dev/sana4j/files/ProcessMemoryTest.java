package dev.sana4j.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMemoryTest {
  @TempDir Path folder;

  @Test
  void theHighWaterMarkIsThePeakOfMemory() throws IOException {
    Path status = folder.resolve("status");
    Files.writeString(status, "Name:\tjava\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n");
    assertThat(ProcessMemory.status(status, "VmHWM")).hasValue(2 << 20);
    assertThat(ProcessMemory.status(status, "VmRSS")).hasValue(1 << 20);
    assertThat(ProcessMemory.status(folder.resolve("absent"), "VmHWM")).isEmpty();
  }

  @Test
  void filesThatAContainerHasReadCanBeGivenUp() {
    String second = "anon 100\ninactive_file 20\nactive_file 3\nslab 7\n";
    assertThat(ProcessMemory.cached(second)).isEqualTo(23);
    String first = second + "total_inactive_file 200\ntotal_active_file 30\n";
    assertThat(ProcessMemory.cached(first)).isEqualTo(230);
    assertThat(ProcessMemory.cached("active_file many")).isZero();
  }

  @Test
  void freeMemoryIsSomethingButNotEverything() {
    assertThat(ProcessMemory.available()).isBetween(1L << 20, 1L << 50);
  }
}
