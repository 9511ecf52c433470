package dev.sana4j.pipeline.model;

import dev.sana4j.tensor.Libtorch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The processor and the library settings, which determine how fast this process multiplies.
 *
 * @param name name of the processor and its instruction sets
 * @param restrictions variables that disable instructions in libraries, as NAME=VALUE
 */
record Processor(String name, List<String> restrictions) {
  private static final Path LINUX = Path.of("/proc/cpuinfo");
  private static final List<String> LINES =
      List.of("model name", "cpu family", "model", "stepping");
  private static final Pattern VECTORS = Pattern.compile("(avx|amx|fma|f16c|sve|asimd|bf16)\\w*");
  private static final List<String> VARIABLES =
      List.of("ATEN_CPU_CAPABILITY", "DNNL_MAX_CPU_ISA", "ONEDNN_MAX_CPU_ISA", "OPENBLAS_CORETYPE");

  /** Returns the processor of this machine with the environment of this process. */
  static Processor current() {
    return of(list(), System.getenv());
  }

  /**
   * Parses a description.
   *
   * @param list content of {@code /proc/cpuinfo}; empty if unavailable
   * @param environment variables of the process
   */
  static Processor of(String list, Map<String, String> environment) {
    StringBuilder name = new StringBuilder(System.getProperty("os.arch", ""));
    for (String line : LINES) {
      name.append(", ").append(value(list, line));
    }
    name.append(", ").append(environment.getOrDefault("PROCESSOR_IDENTIFIER", ""));
    Set<String> vectors = new TreeSet<>();
    Matcher matcher = VECTORS.matcher(value(list, "flags") + " " + value(list, "Features"));
    while (matcher.find()) {
      vectors.add(matcher.group());
    }
    return new Processor(
        name + ", " + String.join(" ", vectors),
        VARIABLES.stream()
            .filter(environment::containsKey)
            .map(variable -> variable + "=" + environment.get(variable))
            .toList());
  }

  /** Returns everything in one line, with the number of threads and the version of libtorch. */
  String key() {
    return String.join("; ", name, String.join(" ", restrictions), Libtorch.version())
        + "; threads "
        + Libtorch.threads();
  }

  private static String list() {
    try {
      return Files.isReadable(LINUX) ? Files.readString(LINUX, StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      return "";
    }
  }

  /** Returns a value of the first processor; empty if it is missing. */
  private static String value(String list, String name) {
    return list.lines()
        .filter(line -> line.matches(name + "\\s*:.*"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }
}
