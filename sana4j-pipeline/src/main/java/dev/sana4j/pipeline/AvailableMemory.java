package dev.sana4j.pipeline;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How much memory this process may still take. */
public final class AvailableMemory {
  private static final Path LINUX = Path.of("/proc/meminfo");

  private static final List<Path> CONTAINER =
      List.of(Path.of("/sys/fs/cgroup/memory.stat"), Path.of("/sys/fs/cgroup/memory/memory.stat"));

  private AvailableMemory() {}

  /**
   * On Linux what can be had without swapping, and within a container no more than its limit
   * leaves, with the pages of files in it. Elsewhere the system tells only what is free, while most
   * of the rest is cache that it would give up: half of all memory counts as available at least.
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
    long available = host.getOrDefault("MemAvailable", free);
    return container ? Math.min(free + cached(), available) : available;
  }

  /** Pages of files that count as used by a container, and that the system would give up. */
  private static long cached() {
    for (Path file : CONTAINER) {
      if (Files.isReadable(file)) {
        try {
          return cached(Files.readString(file));
        } catch (IOException e) {
          return 0;
        }
      }
    }
    return 0;
  }

  /** As in {@code memory.stat} of a control group, of the second or the first kind. */
  static long cached(String statistics) {
    return statistics
        .lines()
        .filter(line -> line.matches("(total_)?(in)?active_file \\d{1,18}"))
        .collect(
            Collectors.groupingBy(
                line -> line.startsWith("total_"),
                Collectors.summingLong(
                    line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))))
        .values()
        .stream()
        .mapToLong(Long::longValue)
        .max()
        .orElse(0);
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
