package dev.sana4j.cli;

import dev.sana4j.files.IoReason;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Reads settings of a command that are not given as options: from variables such as {@code
 * SANA4J_SERVE_PORT}, then from a file. Both use the names of the options.
 */
final class OptionSource implements IDefaultValueProvider {
  static final String CONFIG = "config";
  private static final String PREFIX = "SANA4J_";

  private final Map<String, String> environment;
  private @Nullable Properties file;

  /** Uses the environment of this process. */
  OptionSource() {
    this(System.getenv());
  }

  OptionSource(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || isHelp(option)) {
      return argument.defaultValue();
    }
    String name = name(option);
    String value = environment.get(variable(option.command(), name));
    if (value == null && !name.equals(CONFIG)) {
      value = file(option.command()).getProperty(name);
    }
    return value == null ? option.defaultValue() : value;
  }

  private static boolean isHelp(OptionSpec option) {
    return option.usageHelp() || option.versionHelp();
  }

  /** Returns the longest name of an option without its dashes. */
  static String name(OptionSpec option) {
    return option.longestName().replaceFirst("^-+", "");
  }

  /** Returns the variable for an option of a command. */
  static String variable(CommandSpec command, String name) {
    String words = command.name() + "_" + name;
    return PREFIX + words.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private Properties file(CommandSpec command) {
    if (file == null) {
      file = new Properties();
      OptionSpec option = command.findOption("--" + CONFIG);
      Object given = option.getValue();
      String path = given == null ? environment.get(variable(command, CONFIG)) : given.toString();
      if (path != null) {
        read(path, command);
        requireKnown(path, command);
      }
    }
    return file;
  }

  private void read(String path, CommandSpec command) {
    try (Reader reader = Files.newBufferedReader(Path.of(path), StandardCharsets.UTF_8)) {
      properties().load(reader);
    } catch (NoSuchFileException e) {
      throw new ParameterException(command.commandLine(), path + " does not exist");
    } catch (IOException e) {
      throw unreadable(path, IoReason.of(e), command);
    } catch (IllegalArgumentException e) {
      throw unreadable(path, String.valueOf(e.getMessage()), command);
    }
  }

  private static ParameterException unreadable(String path, String reason, CommandSpec command) {
    return new ParameterException(command.commandLine(), path + " cannot be read: " + reason);
  }

  private void requireKnown(String path, CommandSpec command) {
    Set<String> known =
        command.options().stream()
            .filter(option -> !isHelp(option))
            .map(OptionSource::name)
            .collect(Collectors.toSet());
    for (String name : new TreeSet<>(properties().stringPropertyNames())) {
      if (!known.contains(name)) {
        throw new ParameterException(
            command.commandLine(), path + " sets " + name + ", which is not a setting");
      }
    }
  }

  private Properties properties() {
    return Objects.requireNonNull(file, "read before");
  }

  /** Returns one line per setting with its value and source; no secrets. */
  List<String> lines(CommandSpec command, Set<OptionSpec> given) {
    List<String> lines = new ArrayList<>();
    for (OptionSpec option : command.options()) {
      if (!isHelp(option)) {
        lines.add(line(option, given.contains(option)));
      }
    }
    return lines;
  }

  private String line(OptionSpec option, boolean given) {
    String name = name(option);
    String variable = variable(option.command(), name);
    String inEnvironment = environment.get(variable);
    String inFile = file == null ? null : file.getProperty(name);
    if (given) {
      return line(name, String.join(",", option.originalStringValues()), "option");
    }
    if (inEnvironment != null) {
      return line(name, inEnvironment, variable);
    }
    return inFile == null
        ? line(name, Objects.requireNonNullElse(option.defaultValue(), "-"), "default")
        : line(name, inFile, "file");
  }

  private static String line(String name, String value, String source) {
    return "  %-20s %s (%s)".formatted(name, value, source);
  }
}
