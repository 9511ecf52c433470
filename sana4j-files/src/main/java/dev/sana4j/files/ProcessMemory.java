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
   * Returns how much more memory this process may use. On Linux this is the memory available
   * without swapping; in a container it is also limited by the container's free memory plus its
   * file cache. Other systems only report free memory and count the file cache as used, so at least
   * half of all memory counts as available.
   *
   * @return bytes of main memory
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
   * Returns the resident memory of this process, including pages of mapped files.
   *
   * @return bytes, or empty where the system does not report it
   */
  public static OptionalLong resident() {
    return status(STATUS, "VmRSS");
  }

  /**
   * Returns the peak resident memory of this process, including pages of mapped files.
   *
   * @return bytes, or empty where the system does not report it
   */
  public static OptionalLong peak() {
    return status(STATUS, "VmHWM");
  }

  /** Reads one number from a file in the format of {@code /proc/self/status}. */
  static OptionalLong status(Path file, String name) {
    Long bytes = kilobytes(file).get(name);
    return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  /**
   * Returns the file cache of the container, which counts as used although the system can free it.
   */
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

  /** Parses {@code memory.stat} of a control group, version 2 or 1. */
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

  /** Returns the values that the file lists in kB, in bytes by name; empty if it cannot be read. */
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
