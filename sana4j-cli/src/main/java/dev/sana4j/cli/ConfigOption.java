package dev.sana4j.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The file of settings of a command, which {@link OptionSource} reads. */
final class ConfigOption {
  @Option(
      names = "--" + OptionSource.CONFIG,
      paramLabel = "FILE",
      description =
          "File of settings, one NAME=VALUE per line; NAME is an option without its dashes.")
  private @Nullable Path config;

  /** Returns the file; null if none is given. */
  @Nullable Path file() {
    return config;
  }
}
