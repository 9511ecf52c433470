package dev.sana4j.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The line about wrong usage of a command, with the name that was probably meant. */
final class UsageError {
  private static final String GENERATE = "generate";

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
      return "unknown option '" + first + "'" + suggestion(error);
    }
    if (!command.getSubcommands().isEmpty()) {
      return "unknown command '" + first + "'" + suggestion(error);
    }
    boolean prompt = command.getCommandName().equals(GENERATE);
    return error.getMessage() + (prompt ? "; put a prompt of several words in quotes" : "");
  }

  /** Names the most similar command or option. */
  private static String suggestion(UnmatchedArgumentException error) {
    List<String> similar = error.getSuggestions();
    return similar.isEmpty() ? "" : "; did you mean " + similar.get(0) + "?";
  }
}
