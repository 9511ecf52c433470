package dev.sana4j.pipeline;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** How much memory this process may still take. */
final class AvailableMemory {
  private static final Path LINUX = Path.of("/proc/meminfo");
  private static final String KEY = "MemAvailable:";

  private AvailableMemory() {}

  /** On Linux what can be had without swapping, which is more than what is free. */
  static long bytes() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long free = system.getFreeMemorySize();
    if (!Files.isReadable(LINUX)) {
      return free;
    }
    try (Stream<String> lines = Files.lines(LINUX)) {
      long available =
          lines
              .filter(line -> line.startsWith(KEY))
              .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(free);
      return Math.min(available, system.getTotalMemorySize());
    } catch (IOException e) {
      return free;
    }
  }
}
