package dev.sana4j.nn;

import dev.sana4j.files.QuotedText;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigFile;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The settings that kohya's scripts, and tools that follow them, write into the header of a file:
 * {@code ss_network_dim}, {@code ss_network_alpha} and {@code ss_network_args}.
 *
 * <p>They count only for layers without a tensor {@code .alpha}, which these tools usually write.
 */
final class KohyaMetadata implements LowRankMetadata {
  private static final String DIM = "ss_network_dim";
  private static final String ALPHA = "ss_network_alpha";
  private static final String ARGUMENTS = "ss_network_args";

  /** What the tools write for a setting that differs from layer to layer, or has no value. */
  private static final Set<String> NO_NUMBER = Set.of("", "none", "null", "dynamic");

  private static final Set<String> STABILIZED = Set.of("rs_lora", "use_rslora", "rslora");

  private final Path file;
  private final OptionalDouble dim;
  private final OptionalDouble alpha;
  private final boolean stabilized;

  private KohyaMetadata(Path file, Map<String, String> header) {
    this.file = file;
    this.dim = number(DIM, header.getOrDefault(DIM, ""));
    this.alpha = number(ALPHA, header.getOrDefault(ALPHA, ""));
    this.stabilized = stabilized(header.getOrDefault(ARGUMENTS, ""));
  }

  /** Returns whether a header has settings of this kind. */
  static boolean isIn(Map<String, String> header) {
    return header.containsKey(DIM) || header.containsKey(ALPHA);
  }

  /** Reads the settings. */
  static KohyaMetadata of(Path file, Map<String, String> header) {
    return new KohyaMetadata(file, header);
  }

  private OptionalDouble number(String key, String text) {
    if (NO_NUMBER.contains(text.strip().toLowerCase(Locale.ROOT))) {
      return OptionalDouble.empty();
    }
    double number = parsed(text.strip());
    if (!Double.isFinite(number)) {
      throw new CheckpointException(
          file + ": " + key + ": expected a number, got " + QuotedText.clip(text));
    }
    return OptionalDouble.of(number);
  }

  private static double parsed(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private boolean stabilized(String arguments) {
    if (NO_NUMBER.contains(arguments.strip().toLowerCase(Locale.ROOT))) {
      return false;
    }
    ConfigFile values = ConfigFile.parse(file, ARGUMENTS, arguments);
    return STABILIZED.stream()
        .map(key -> values.scalar(key, "false").toLowerCase(Locale.ROOT))
        .anyMatch(value -> value.equals("true") || value.equals("1"));
  }

  @Override
  public String place() {
    return ALPHA;
  }

  /** Returns no rank, because the ranks of some layers may differ from the stated one. */
  @Override
  public OptionalDouble rank(String layer) {
    return OptionalDouble.empty();
  }

  /** Returns the stated alpha. The tools replace 0 by the rank. */
  @Override
  public OptionalDouble alpha(String layer, int rank) {
    if (alpha.isEmpty()) {
      return OptionalDouble.empty();
    }
    if (dim.isPresent() && dim.getAsDouble() != rank) {
      throw new CheckpointException(
          "%s: %s states rank %s, but %s has rank %d and no tensor .alpha"
              .formatted(file, DIM, dim.getAsDouble(), QuotedText.clip(layer), rank));
    }
    double stated = alpha.getAsDouble() == 0 ? rank : alpha.getAsDouble();
    return OptionalDouble.of(stabilized ? stated * Math.sqrt(rank) : stated);
  }
}
