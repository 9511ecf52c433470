package dev.sana4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The most memory this process had resident, pages of mapped files among it. */
final class PeakMemory {
  private static final Path LINUX = Path.of("/proc/self/status");

  private PeakMemory() {}

  /** Bytes since the process began, or null where the system does not tell. */
  static @Nullable Long bytes() {
    return bytes(LINUX);
  }

  /** As {@code VmHWM} in a file like {@code /proc/self/status}. */
  static @Nullable Long bytes(Path status) {
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.matches("VmHWM:\\s+\\d+ kB"))
          .map(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(null);
    } catch (IOException e) {
      return null;
    }
  }
}
