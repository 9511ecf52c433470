package dev.sana4j.pipeline;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How much memory this process may still take. */
public final class AvailableMemory {
  private static final Path LINUX = Path.of("/proc/meminfo");

  private AvailableMemory() {}

  /**
   * On Linux what can be had without swapping, and within a container no more than its limit
   * leaves. Elsewhere the system tells only what is free, while most of the rest is cache that it
   * would give up: half of all memory counts as available at least.
   *
   * @return bytes of the machine's own memory
   */
  public static long bytes() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long free = system.getFreeMemorySize();
    long total = system.getTotalMemorySize();
    if (!Files.isReadable(LINUX)) {
      return Math.max(free, total / 2);
    }
    Map<String, Long> host = host();
    boolean container = total < host.getOrDefault("MemTotal", total);
    return container ? free : host.getOrDefault("MemAvailable", free);
  }

  /** Bytes by name. */
  private static Map<String, Long> host() {
    try (Stream<String> lines = Files.lines(LINUX)) {
      return lines
          .filter(line -> line.matches("\\w+: +\\d+ kB"))
          .map(line -> line.split("\\W+", 3))
          .collect(Collectors.toMap(part -> part[0], part -> 1024 * Long.parseLong(part[1])));
    } catch (IOException e) {
      return Map.of();
    }
  }
}
