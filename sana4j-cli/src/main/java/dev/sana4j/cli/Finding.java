package dev.sana4j.cli;

import java.util.Locale;

/**
 * One line of {@code sana doctor}.
 *
 * @param level how serious it is
 * @param topic what was examined
 * @param text what was found and, if it is not good, what to do
 */
record Finding(Level level, String topic, String text) {
  /** How serious a finding is. */
  enum Level {
    /** As it should be. */
    OK,
    /** Works, but worse than it could. */
    WARNING,
    /** Images cannot be generated. */
    PROBLEM;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding ok(String topic, String text) {
    return new Finding(Level.OK, topic, text);
  }

  static Finding warning(String topic, String text) {
    return new Finding(Level.WARNING, topic, text);
  }

  static Finding problem(String topic, String text) {
    return new Finding(Level.PROBLEM, topic, text);
  }

  /** Returns the finding as one line of text. */
  String line() {
    return Sana.oneLine("%-8s %-12s %s".formatted(level, topic, text));
  }
}
