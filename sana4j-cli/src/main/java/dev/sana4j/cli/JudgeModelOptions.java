package dev.sana4j.cli;

import dev.sana4j.emoji.evaluate.SceneJudge;
import dev.sana4j.measure.ClipScorer;
import dev.sana4j.measure.CommandJudge;
import dev.sana4j.measure.ExternalCommand;
import dev.sana4j.measure.Judge;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the judge of {@code --judge} needs. */
final class JudgeModelOptions {
  private static final String CLIP = "clip";
  private static final String SCORER = "scorer";

  @Option(
      names = "--judge-model",
      paramLabel = "MODEL",
      description =
          "For --judge clip: a CLIP folder, or ORG/NAME on the hub. For --judge scorer: the folder"
              + " scorers/ of an evaluation.")
  private @Nullable String model;

  @Option(
      names = "--judge-seconds",
      paramLabel = "N",
      defaultValue = "600",
      description = "Longest time of a run of a judging program (default: ${DEFAULT-VALUE}).")
  private int seconds;

  /** Refuses a judge without its model; null for no judge. */
  void check(@Nullable String judge) {
    boolean needsModel = CLIP.equals(judge) || SCORER.equals(judge);
    if (needsModel && model == null) {
      throw new RequestException("--judge " + judge + " needs --judge-model");
    }
    if (seconds < 1) {
      throw new RequestException("--judge-seconds must be at least 1, but was " + seconds);
    }
  }

  /** Opens a judge, to be closed by {@link #close}. */
  Judge open(String judge, Device device) {
    String given = model == null ? "" : model;
    return switch (judge) {
      case CLIP -> ClipScorer.open(MetricOptions.clipFolder(given), DType.FLOAT32, device);
      case SCORER -> SceneJudge.open(Path.of(given));
      default ->
          new CommandJudge(ExternalCommand.parse(judge, Duration.ofSeconds(Math.max(1, seconds))));
    };
  }

  /** Frees a judge; no effect on null and on one without memory. */
  static void close(@Nullable Judge judge) {
    if (judge instanceof ClipScorer clip) {
      clip.close();
    } else if (judge instanceof SceneJudge scorer) {
      scorer.close();
    }
  }
}
