package dev.sana4j.emoji.scene;

import dev.sana4j.data.DataException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Relative frequencies with which values are drawn.
 *
 * @param <E> the values
 */
public final class Shares<E extends Enum<E>> {
  private final Map<E, Double> weights;
  private final double sum;

  private Shares(Map<E, Double> weights, double sum) {
    this.weights = weights;
    this.sum = sum;
  }

  /**
   * Reads shares such as {@code single=0.9,pair=0.1}; they need not add up to 1.
   *
   * @param <E> the values
   * @param values the type of the values
   * @param text names in lower case with their shares; a value that is not named is never drawn
   * @return the shares
   * @throws DataException if the text has another form, a share is negative or all are zero
   */
  public static <E extends Enum<E>> Shares<E> parse(Class<E> values, String text) {
    var weights = new EnumMap<E, Double>(values);
    for (String part : text.split(",", -1)) {
      String[] sides = part.strip().split("=", -1);
      E value = sides.length == 2 ? find(values, sides[0].strip()) : null;
      if (value == null || weights.put(value, weight(sides[1])) != null) {
        throw refusal(values, text);
      }
    }
    double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
    if (!(sum > 0) || !Double.isFinite(sum) || weights.values().stream().anyMatch(w -> !(w >= 0))) {
      throw refusal(values, text);
    }
    return new Shares<>(weights, sum);
  }

  private static <E extends Enum<E>> @Nullable E find(Class<E> values, String name) {
    return Arrays.stream(values.getEnumConstants())
        .filter(value -> name(value).equals(name))
        .findFirst()
        .orElse(null);
  }

  private static double weight(String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static <E extends Enum<E>> DataException refusal(Class<E> values, String text) {
    String names =
        Arrays.stream(values.getEnumConstants())
            .map(value -> name(value) + "=1")
            .collect(Collectors.joining(","));
    return new DataException(
        "\""
            + text
            + "\" is not a list of shares; write for example "
            + names
            + ", with shares of at least 0");
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether a value is ever drawn. */
  boolean has(E value) {
    return weights.getOrDefault(value, 0.0) > 0;
  }

  /** Draws a value. */
  E draw(Random random) {
    double rest = random.nextDouble() * sum;
    @Nullable E last = null;
    for (Map.Entry<E, Double> entry : weights.entrySet()) {
      if (entry.getValue() > 0) {
        last = entry.getKey();
        rest -= entry.getValue();
        if (rest < 0) {
          break;
        }
      }
    }
    return Objects.requireNonNull(last, "one share is above zero");
  }
}
