package dev.sana4j.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The folder that a command creates. */
final class NewFolderOption {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      required = true,
      description = "Folder to create; it must not exist.")
  private Path output = Path.of("");

  Path path() {
    return output;
  }
}
