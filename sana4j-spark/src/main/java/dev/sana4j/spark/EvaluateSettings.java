package dev.sana4j.spark;

import dev.sana4j.emoji.evaluate.EvaluationOptions;
import dev.sana4j.emoji.evaluate.EvaluationOptions.Prompts;
import dev.sana4j.emoji.evaluate.EvaluationOptions.Sampling;
import dev.sana4j.emoji.evaluate.EvaluationOptions.ScorerPlan;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a job that evaluates models.
 *
 * @param models the models
 * @param steps numbers of steps, each for each model; empty for the default of the model
 * @param guidance guidance scales, each for each model; empty for the default of the model
 * @param rows kinds of scenes
 * @param prompts prompts per row
 * @param objects number of objects
 * @param side side of square images
 * @param shapes share of each shape
 * @param seed seed of scenes and noise
 * @param batch images generated together
 * @param scorers folder of the scorers, which all machines see under this path
 * @param scorerSteps training steps of scorers; 0 for the default
 * @param output folder of the table, on any file system that Hadoop knows
 */
public record EvaluateSettings(
    List<ModelChoice> models,
    List<Integer> steps,
    List<Double> guidance,
    List<Scene.Kind> rows,
    int prompts,
    int objects,
    int side,
    String shapes,
    long seed,
    int batch,
    String scorers,
    int scorerSteps,
    String output)
    implements Serializable {

  /** Copies the lists. */
  public EvaluateSettings {
    models = List.copyOf(models);
    steps = List.copyOf(steps);
    guidance = List.copyOf(guidance);
    rows = List.copyOf(rows);
    if (models.isEmpty()) {
      throw new BatchException("name at least one model");
    }
  }

  /** Returns the options of some rows of a model. */
  EvaluationOptions options(
      Set<Scene.Kind> some, @Nullable Integer stepsOfModel, @Nullable Double scale) {
    var asked = new Prompts(objects, prompts, seed, side, shapes, Split.TEST, some);
    int training = scorerSteps == 0 ? ScorerPlan.usualSteps(objects) : scorerSteps;
    return new EvaluationOptions(
        asked,
        new Sampling(stepsOfModel, scale, batch),
        new ScorerPlan(Path.of(scorers), training, 0, false));
  }
}
