package dev.sana4j.cli;

import picocli.CommandLine.Option;

/** The seed of a command's random numbers. */
final class SeedOption {
  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the random numbers (default: ${DEFAULT-VALUE}).")
  private long seed;

  long seed() {
    return seed;
  }
}
