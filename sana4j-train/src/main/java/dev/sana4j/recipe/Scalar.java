package dev.sana4j.recipe;

import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Converts the text of a single value to the requested type. */
final class Scalar {
  private static final String DIGITS = "\\d+(?:_\\d+)*";
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(?:D(?:\\.(?:D)?)?|\\.D)(?:[eE][-+]?\\d+)?".replace("D", DIGITS));
  private static final int MAX_NUMBER = 64;

  private Scalar() {}

  /**
   * Reads a value.
   *
   * @param base the folder of relative paths
   * @throws IllegalArgumentException if the text is not such a value; the message says what is
   *     expected
   */
  static Object parse(String text, Class<?> type, Path base) {
    if (type == String.class) {
      return text;
    }
    if (type == Path.class) {
      return path(text, base);
    }
    if (type.isEnum()) {
      return constant(text, type);
    }
    if (type == boolean.class || type == Boolean.class) {
      return bool(text);
    }
    if (type == double.class || type == Double.class) {
      return real(text);
    }
    return type == int.class || type == Integer.class
        ? (Object) (int) whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE)
        : (Object) whole(text, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private static Path path(String text, Path base) {
    try {
      if (!text.isBlank()) {
        return base.resolve(text).normalize();
      }
    } catch (InvalidPathException e) {
      // Rejected below, like a blank one.
    }
    throw new IllegalArgumentException("must be a path");
  }

  private static Object constant(String text, Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> RecipeKey.choice(constant).equals(text))
        .findFirst()
        .orElseThrow(
            () -> {
              List<String> names =
                  Arrays.stream(type.getEnumConstants()).map(RecipeKey::choice).toList();
              return new IllegalArgumentException("must be one of " + String.join(", ", names));
            });
  }

  private static boolean bool(String text) {
    return switch (text) {
      case "true", "True", "TRUE" -> true;
      case "false", "False", "FALSE" -> false;
      default -> throw new IllegalArgumentException("must be true or false");
    };
  }

  private static double real(String text) {
    if (text.length() <= MAX_NUMBER && NUMBER.matcher(text).matches()) {
      double value = Double.parseDouble(text.replace("_", ""));
      if (Double.isFinite(value)) {
        return value;
      }
    }
    throw new IllegalArgumentException("must be a number such as 2e-5");
  }

  private static long whole(String text, long least, long most) {
    try {
      if (text.length() <= MAX_NUMBER && NUMBER.matcher(text).matches()) {
        long value = new BigDecimal(text.replace("_", "")).longValueExact();
        if (value >= least && value <= most) {
          return value;
        }
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // Rejected below: a fraction, or out of range.
    }
    throw new IllegalArgumentException("must be a whole number from " + least + " to " + most);
  }
}
