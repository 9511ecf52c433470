package dev.sana4j.files;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Memory of this process and of the machine, in bytes. */
public final class ProcessMemory {
  private static final Path MACHINE = Path.of("/proc/meminfo");
  private static final Path STATUS = Path.of("/proc/self/status");

  private static final List<Path> CONTAINER =
      List.of(Path.of("/sys/fs/cgroup/memory.stat"), Path.of("/sys/fs/cgroup/memory/memory.stat"));

  private ProcessMemory() {}

  /**
   * How much this process may still take. On Linux what can be had without swapping, and within a
   * container no more than its limit leaves, with the pages of files in it. Elsewhere the system
   * tells only what is free, while most of the rest is cache that it would give up: half of all
   * memory counts as available at least.
   *
   * @return bytes of the machine's own memory
   */
  public static long available() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long free = system.getFreeMemorySize();
    long total = system.getTotalMemorySize();
    if (!Files.isReadable(MACHINE)) {
      return Math.max(free, total / 2);
    }
    Map<String, Long> machine = kilobytes(MACHINE);
    boolean container = total < machine.getOrDefault("MemTotal", total);
    long available = machine.getOrDefault("MemAvailable", free);
    return container ? Math.min(free + cached(), available) : available;
  }

  /**
   * How much this process has resident, pages of mapped files among it.
   *
   * @return bytes, or nothing where the system does not tell
   */
  public static OptionalLong resident() {
    return status(STATUS, "VmRSS");
  }

  /**
   * The most that this process had resident since it began, pages of mapped files among it.
   *
   * @return bytes, or nothing where the system does not tell
   */
  public static OptionalLong peak() {
    return status(STATUS, "VmHWM");
  }

  /** A number of a file like {@code /proc/self/status}. */
  static OptionalLong status(Path file, String name) {
    Long bytes = kilobytes(file).get(name);
    return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
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

  /** Numbers given in kB by name, in bytes; none if the file cannot be read. */
  private static Map<String, Long> kilobytes(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.matches("\\w+:\\s+\\d+ kB"))
          .map(line -> line.split("\\W+", 3))
          .collect(
              Collectors.toMap(
                  part -> part[0],
                  part -> 1024 * Long.parseLong(part[1]),
                  (first, second) -> first));
    } catch (IOException e) {
      return Map.of();
    }
  }
}
