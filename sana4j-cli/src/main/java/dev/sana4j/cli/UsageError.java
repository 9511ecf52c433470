package dev.sana4j.cli;

import java.util.Comparator;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The line about wrong usage of a command, with the name that was probably meant. */
final class UsageError {
  private static final String GENERATE = "generate";

  /** No name is longer. */
  private static final int LONGEST = 40;

  private UsageError() {}

  /** Returns the line without the name of the program. */
  static String line(ParameterException error) {
    String problem =
        error instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()
            ? unmatched(unmatched)
            : String.valueOf(error.getMessage());
    String help = error.getCommandLine().getCommandSpec().qualifiedName() + " --help";
    return Sana.oneLine(problem) + "; see " + help;
  }

  private static String unmatched(UnmatchedArgumentException error) {
    String first = error.getUnmatched().get(0);
    CommandLine command = error.getCommandLine();
    if (error.isUnknownOption()) {
      String name = first.contains("=") ? first.substring(0, first.indexOf('=')) : first;
      return "unknown option '" + first + "'" + suggestion(name, options(command));
    }
    if (!command.getSubcommands().isEmpty()) {
      return "unknown command '"
          + first
          + "'"
          + suggestion(first, command.getSubcommands().keySet().stream());
    }
    boolean prompt = command.getCommandName().equals(GENERATE);
    return error.getMessage() + (prompt ? "; put a prompt of several words in quotes" : "");
  }

  private static Stream<String> options(CommandLine command) {
    return command.getCommandSpec().options().stream()
        .filter(option -> !option.hidden())
        .map(OptionSpec::longestName);
  }

  /** Names the most similar command or option; empty if none is similar. */
  private static String suggestion(String typed, Stream<String> names) {
    if (typed.length() > LONGEST) {
      return "";
    }
    int most = Math.max(1, typed.replaceFirst("^-+", "").length() / 3);
    return names
        .filter(name -> name.startsWith(typed) || distance(typed, name) <= most)
        .min(Comparator.comparingInt(name -> name.startsWith(typed) ? 0 : distance(typed, name)))
        .map(name -> "; did you mean " + name + "?")
        .orElse("");
  }

  /**
   * Returns the number of characters to insert, delete, replace or swap with the next one to turn
   * one word into another (optimal string alignment).
   */
  static int distance(String from, String to) {
    int[][] best = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          best[i][j] = i + j;
          continue;
        }
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        int least = best[i - 1][j - 1] + (same ? 0 : 1);
        least = Math.min(least, 1 + Math.min(best[i - 1][j], best[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && from.charAt(i - 1) == to.charAt(j - 2)
                && from.charAt(i - 2) == to.charAt(j - 1);
        best[i][j] = swapped ? Math.min(least, best[i - 2][j - 2] + 1) : least;
      }
    }
    return best[from.length()][to.length()];
  }
}
