package dev.sana4j.cli;

import dev.sana4j.emoji.evaluate.EvaluationOptions.Prompts;
import dev.sana4j.emoji.evaluate.PromptFile;
import dev.sana4j.emoji.scene.Relation;
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
      paramLabel = "N|FILE",
      defaultValue = "200",
      description =
          "Number of prompts per row (default: ${DEFAULT-VALUE}). With --metrics: a file of"
              + " prompts, one per line, as JSON lines, or as one JSON object.")
  private String prompts = "";

  @Option(
      names = "--rows",
      paramLabel = "KIND",
      split = ",",
      description =
          "Kinds of scenes: single, pair, count, color; each has a row in English and one in"
              + " Chinese (default: those that the guides of all models know).")
  private @Nullable Set<Scene.Kind> rows;

  @Option(
      names = "--relations",
      paramLabel = "RELATION",
      split = ",",
      description =
          "Relations of pairs: left, right, above, below (default: those that the guides of all"
              + " models know).")
  private @Nullable Set<Relation> relations;

  @Option(
      names = "--counts",
      paramLabel = "N",
      description =
          "Largest count, 2 to 5 (default: the largest that the guides of all models know).")
  private @Nullable Integer counts;

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

  /** Returns the prompts of {@code --metrics}. */
  MetricsEvaluation.Asked asked(boolean overwrite) {
    if (file != null || !isMatched("--prompts")) {
      throw new RequestException("--metrics needs --prompts FILE, a file of prompts");
    }
    Integer side = isMatched("--size") ? scenes.size() : null;
    return new MetricsEvaluation.Asked(Path.of(prompts), seed, side, overwrite);
  }

  private boolean isMatched(String option) {
    return command.commandLine().getParseResult().hasMatchedOption(option);
  }

  private int count() {
    try {
      return Integer.parseInt(prompts);
    } catch (NumberFormatException e) {
      throw new RequestException(
          "--prompts " + prompts + " is not a number; a file of prompts needs --metrics");
    }
  }

  /**
   * Returns the validated prompts; reads the file if one is given. What is not given is what all
   * models know.
   */
  Prompts prompts(SharedKnowledge known) {
    int objects = isMatched("--objects") ? scenes.objects() : known.objects(scenes.objects());
    if (file == null) {
      return new Prompts(
              objects,
              count(),
              seed,
              scenes.size(),
              scenes.shapes(),
              split,
              rows == null ? known.kinds() : rows)
          .limitedTo(
              counts == null ? known.largestCount() : counts,
              relations == null ? known.relations() : relations);
    }
    Stream.of("--prompts", "--rows", "--split", "--shapes", "--counts", "--relations")
        .filter(option -> command.commandLine().getParseResult().hasMatchedOption(option))
        .findFirst()
        .ifPresent(
            option -> {
              throw new RequestException("give --prompt-file or " + option + ", not both");
            });
    return Prompts.of(PromptFile.read(file, objects, seed), scenes.size());
  }
}
