package dev.sana4j.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Writes the completion of a command and its subcommands for the shell fish. */
final class FishCompletion {
  private static final int LONGEST = 90;

  private final String name;
  private final List<String> paths = new ArrayList<>();
  private final StringBuilder lines = new StringBuilder();

  private FishCompletion(String name) {
    this.name = name;
  }

  /** Returns the script for a program with the given name. */
  static String script(String name, CommandLine program) {
    var completion = new FishCompletion(name);
    completion.add(program, "");
    return completion.head() + completion.lines;
  }

  /** Returns the function that compares the commands on the line with a path of commands. */
  private String head() {
    String known = paths.stream().map(FishCompletion::quoted).collect(Collectors.joining(" "));
    return """
    # Completion of %1$s for fish
    function __%1$s_is
        set -l path ''
        set -l words (commandline -opc)
        for word in $words[2..-1]
            if contains -- "$path $word" %2$s
                set path "$path $word"
            end
        end
        test "$path" = "$argv[1]"
    end
    """
        .formatted(name, known);
  }

  private void add(CommandLine command, String path) {
    String start = "complete -c " + name + " -n " + quoted("__" + name + "_is " + quoted(path));
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (!option.hidden()) {
        lines.append(start).append(option(option)).append('\n');
      }
    }
    for (Map.Entry<String, CommandLine> entry : command.getSubcommands().entrySet()) {
      CommandSpec spec = entry.getValue().getCommandSpec();
      lines.append(start).append(" -f -a ").append(quoted(entry.getKey()));
      lines.append(description(spec.usageMessage().description())).append('\n');
      String below = path + " " + entry.getKey();
      paths.add(below);
      add(entry.getValue(), below);
    }
  }

  private static String option(OptionSpec option) {
    var text = new StringBuilder();
    for (String each : option.names()) {
      text.append(each.startsWith("--") ? " -l " : " -s ").append(each.replaceFirst("^-+", ""));
    }
    if (option.arity().max() > 0) {
      boolean isFile = option.typeInfo().getType().equals(Path.class);
      text.append(isFile ? " -r" : " -x");
    }
    if (option.completionCandidates() != null) {
      String words =
          StreamSupport.stream(option.completionCandidates().spliterator(), false)
              .collect(Collectors.joining(" "));
      text.append(" -a ").append(quoted(words));
    }
    return text + description(option.description());
  }

  /** Returns the first sentence. */
  private static String description(String... description) {
    String whole = description.length == 0 ? "" : description[0];
    String sentence = whole.split("(?<=[.;:]) | \\(default", 2)[0].replaceFirst("[.;:]$", "");
    boolean isLong = sentence.length() > LONGEST;
    return " -d " + quoted(isLong ? sentence.substring(0, LONGEST) + "..." : sentence);
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
