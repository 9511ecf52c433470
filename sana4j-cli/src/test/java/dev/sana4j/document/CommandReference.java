package dev.sana4j.document;

import dev.sana4j.cli.Sana;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Every command with its options, from the parser of the command line. */
final class CommandReference {
  private static final String HEAD =
      """
      # Command line

      For people who look up a command or an option. Run `./sana` instead of `sana` in a clone.
      [Configs](configs.md) lists the keys of training configs.

      Exit status: 0 done, 1 failed, 2 refused (one line on standard error says why), 3 another worker of a
      training was lost, 130 or 143 stopped by Ctrl-C or SIGTERM. Results go to standard output, progress to
      standard error.

      | command | purpose |
      |---|---|
      """;

  private CommandReference() {}

  static String markdown() {
    List<CommandSpec> commands =
        commands(Sana.program()).map(CommandLine::getCommandSpec).skip(1).toList();
    return HEAD
        + commands.stream().map(CommandReference::row).collect(Collectors.joining())
        + commands.stream().map(CommandReference::section).collect(Collectors.joining());
  }

  /** Returns a command and those below it, each once. */
  private static Stream<CommandLine> commands(CommandLine command) {
    return Stream.concat(
        Stream.of(command),
        command.getSubcommands().values().stream().distinct().flatMap(CommandReference::commands));
  }

  private static String row(CommandSpec command) {
    String name = command.qualifiedName();
    return "| [`%s`](#%s) | %s |%n".formatted(name, name.replace(' ', '-'), purpose(command));
  }

  private static String purpose(CommandSpec command) {
    return cell(String.join(" ", command.usageMessage().description()));
  }

  private static String section(CommandSpec command) {
    var text = new StringBuilder("\n## " + command.qualifiedName() + "\n\n");
    text.append(purpose(command)).append("\n");
    List<PositionalParamSpec> positional =
        command.positionalParameters().stream().filter(given -> !given.hidden()).toList();
    List<OptionSpec> options =
        command.options().stream()
            .filter(option -> !option.hidden() && !option.usageHelp() && !option.versionHelp())
            .toList();
    if (!positional.isEmpty() || !options.isEmpty()) {
      text.append("\n| option | meaning |\n|---|---|\n");
      positional.forEach(given -> text.append(row(given.paramLabel(), given)));
      options.forEach(option -> text.append(row(names(option), option)));
    }
    List<String> examples =
        Arrays.stream(command.usageMessage().footer())
            .filter(line -> line.startsWith("  "))
            .map(String::strip)
            .toList();
    if (!examples.isEmpty()) {
      text.append("\n```text\n").append(String.join("\n", examples)).append("\n```\n");
    }
    return text.toString();
  }

  private static String names(OptionSpec option) {
    String names =
        Arrays.stream(option.names())
            .sorted((one, other) -> Integer.compare(one.length(), other.length()))
            .collect(Collectors.joining(", "));
    return option.arity().max() == 0 ? names : names + " " + option.paramLabel();
  }

  private static String row(String name, ArgSpec argument) {
    String meaning =
        String.join(" ", argument.description())
            .replace("${DEFAULT-VALUE}", Objects.toString(argument.defaultValue()));
    return "| `" + name + "` | " + cell(meaning) + " |\n";
  }

  private static String cell(String text) {
    return text.replaceAll("\\s+|%n", " ").replace("%%", "%").replace("|", "\\|").strip();
  }
}
