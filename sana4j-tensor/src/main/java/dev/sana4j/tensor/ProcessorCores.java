package dev.sana4j.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.bytedeco.pytorch.global.torch;

/**
 * Counts the physical cores that this process may use. libtorch's own count uses a library that
 * sees unknown CPUs as a single core. Two threads on one core only make matrix products wait for
 * each other.
 */
final class ProcessorCores {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final Path PROCESS = Path.of("/proc/self/status");

  private ProcessorCores() {}

  /**
   * Returns the initial number of threads: the number that the environment sets, as libtorch reads
   * it, otherwise one per core.
   *
   * @param environment the environment variables of this process
   * @return the number of threads; empty if the system does not list its cores
   */
  static OptionalInt threads(Map<String, String> environment) {
    if (!Files.isReadable(PROCESSORS)) {
      return OptionalInt.empty();
    }
    if (environment.containsKey("OMP_NUM_THREADS") || environment.containsKey("MKL_NUM_THREADS")) {
      return OptionalInt.of(torch.get_num_threads());
    }
    try {
      return OptionalInt.of(
          count(
              Files.readString(PROCESSORS),
              Files.readString(PROCESS),
              Runtime.getRuntime().availableProcessors()));
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }

  /**
   * Counts cores.
   *
   * @param processors content of {@code /proc/cpuinfo}
   * @param process content of {@code /proc/self/status}
   * @param available number of processors this process may use, which a container may limit
   * @return the number of distinct cores among the allowed processors; a processor without a core
   *     number counts as one core
   */
  static int count(String processors, String process, int available) {
    Set<Integer> allowed = allowed(process);
    Set<String> cores = new HashSet<>();
    for (String processor : processors.split("\n\\s*\n", -1)) {
      String number = value(processor, "processor");
      if (!number.matches("\\d{1,6}")
          || !(allowed.isEmpty() || allowed.contains(Integer.parseInt(number)))) {
        continue;
      }
      String core = value(processor, "core id");
      cores.add(core.isEmpty() ? number : value(processor, "physical id") + " core " + core);
    }
    return Math.max(1, cores.isEmpty() ? available : Math.min(cores.size(), available));
  }

  /** Parses processor numbers such as {@code 0-3,8}; empty if the line is missing. */
  private static Set<Integer> allowed(String process) {
    Set<Integer> numbers = new HashSet<>();
    for (String range : value(process, "Cpus_allowed_list").split(",", -1)) {
      if (range.matches("\\d{1,6}(-\\d{1,6})?")) {
        String[] ends = range.split("-", -1);
        int last = Integer.parseInt(ends[ends.length - 1]);
        for (int i = Integer.parseInt(ends[0]); i <= last; i++) {
          numbers.add(i);
        }
      }
    }
    return numbers;
  }

  /** Returns the text after a name and a colon; empty if the name is missing. */
  private static String value(String lines, String name) {
    return lines
        .lines()
        .filter(line -> line.matches(name + "\\s*:.*"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }
}
