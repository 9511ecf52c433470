package dev.sana4j.cli;

import dev.sana4j.emoji.evaluate.EvaluationOptions.Prompts;
import dev.sana4j.emoji.evaluate.PromptFile;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import dev.sana4j.pipeline.request.RequestException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The prompts of an evaluation. */
final class PromptOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Mixin private SceneOptions scenes;

  @Option(
      names = "--prompts",
      paramLabel = "N",
      defaultValue = "200",
      description = "Number of prompts per row (default: ${DEFAULT-VALUE}).")
  private int prompts;

  @Option(
      names = "--rows",
      paramLabel = "KIND",
      split = ",",
      defaultValue = "single,pair,count",
      description =
          "Kinds of scenes; each has a row in English and one in Chinese (default:"
              + " ${DEFAULT-VALUE}).")
  private Set<Scene.Kind> rows = Set.of();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the scenes and the noise (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--split",
      paramLabel = "train|test",
      defaultValue = "test",
      description =
          "test: only combinations that are held out of training; train: the others (default:"
              + " ${DEFAULT-VALUE}).")
  private Split split = Split.TEST;

  @Option(
      names = "--prompt-file",
      paramLabel = "FILE",
      description =
          "Use scenes and prompts from a file instead: JSON lines like the scenes.jsonl of sana"
              + " train scenes.")
  private @Nullable Path file;

  boolean isFromFile() {
    return file != null;
  }

  int objects() {
    return scenes.objects();
  }

  /** Returns the validated prompts; reads the file if one is given. */
  Prompts prompts() {
    if (file == null) {
      return new Prompts(
          scenes.objects(), prompts, seed, scenes.size(), scenes.shapes(), split, rows);
    }
    Stream.of("--prompts", "--rows", "--split", "--shapes")
        .filter(option -> command.commandLine().getParseResult().hasMatchedOption(option))
        .findFirst()
        .ifPresent(
            option -> {
              throw new RequestException("give --prompt-file or " + option + ", not both");
            });
    return Prompts.of(PromptFile.read(file, scenes.objects(), seed), scenes.size());
  }
}
