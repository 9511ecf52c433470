package dev.sana4j.pipeline.model;

import dev.sana4j.tensor.Libtorch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The processor and the library settings, which determine how fast this process multiplies.
 *
 * @param name name of the processor and its instruction sets
 * @param model name of the processor for people, such as {@code Intel(R) Xeon(R) Gold 6430}
 * @param restrictions variables that disable instructions in libraries, as NAME=VALUE
 */
public record Processor(String name, String model, List<String> restrictions) {
  private static final Path LINUX = Path.of("/proc/cpuinfo");
  private static final List<String> LINES =
      List.of("model name", "cpu family", "model", "stepping");
  private static final Pattern VECTORS = Pattern.compile("(avx|amx|fma|f16c|sve|asimd|bf16)\\w*");
  private static final List<String> VARIABLES =
      List.of("ATEN_CPU_CAPABILITY", "DNNL_MAX_CPU_ISA", "ONEDNN_MAX_CPU_ISA", "OPENBLAS_CORETYPE");

  /** The instruction sets that decide which precision is fast, and how their names contain them. */
  private static final Map<String, Pattern> DECISIVE =
      new TreeMap<>(
          Map.of(
              "AVX2", Pattern.compile("\\bavx2\\b"),
              "AVX-512", Pattern.compile("\\bavx512f\\b"),
              "AMX", Pattern.compile("\\bamx_tile\\b"),
              "BF16", Pattern.compile("bf16"),
              "NEON", Pattern.compile("\\basimd\\b"),
              "VNNI", Pattern.compile("vnni")));

  /**
   * Returns the processor of this machine with the environment of this process.
   *
   * @return the processor
   */
  public static Processor current() {
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
    String model = value(list, "model name");
    String other = environment.getOrDefault("PROCESSOR_IDENTIFIER", "");
    return new Processor(
        name + ", " + String.join(" ", vectors),
        model.isEmpty() ? other.isEmpty() ? System.getProperty("os.arch", "") : other : model,
        VARIABLES.stream()
            .filter(environment::containsKey)
            .map(variable -> variable + "=" + environment.get(variable))
            .toList());
  }

  /**
   * Returns the instruction sets that decide which precision is fast.
   *
   * @return names such as AVX-512 and VNNI; empty where the system does not list them
   */
  public List<String> instructionSets() {
    return DECISIVE.entrySet().stream()
        .filter(set -> set.getValue().matcher(name).find())
        .map(Map.Entry::getKey)
        .toList();
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
