package dev.sana4j.cli;

import picocli.CommandLine.Command;

/** {@code sana train}: the trainings, see {@link TrainingKind}. */
@Command(
    name = "train",
    description = "Trains models. See docs/how-to/train.md.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {TrainExampleCommand.class, TrainScenesCommand.class},
    footer = {
      "",
      "Examples:",
      "  sana train example -o example",
      "  sana train scenes -o scenes",
      "  sana train base --print-config"
    })
final class TrainCommand {}
