package dev.sana4j.train.loop;

import dev.sana4j.recipe.Recipe;
import dev.sana4j.train.TrainingException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Differences between the config of a checkpoint and that of a run that resumes from it. */
final class RecipeDifference {
  private static final int SHOWN = 8;

  /**
   * Keys that may change on resuming, because the tensors of a checkpoint do not depend on them.
   */
  private static final Set<String> FREE =
      Set.of(
          "learning_rate",
          "warm_up",
          "steps",
          "optimizer.weight_decay",
          "optimizer.clip",
          "optimizer.schedule",
          "optimizer.decay_from",
          "optimizer.final_rate",
          "run.checkpoint_every",
          "run.keep_checkpoints",
          "run.log_every",
          "run.sample_every",
          "run.sample_prompts",
          "run.sample_steps",
          "run.sample_guidance",
          "run.max_bad_steps");

  private RecipeDifference() {}

  /**
   * Returns the settings that change on resuming.
   *
   * @param checkpoint whose config is the older one, for the message
   * @param older config as text
   * @param newer config as text
   * @return keys with their new values; empty if there are none
   * @throws TrainingException naming keys that must not change
   */
  static String allowed(Path checkpoint, String older, String newer) {
    Map<String, String> changed = changed(Recipe.values(older), Recipe.values(newer));
    Map<String, String> fixed = new LinkedHashMap<>(changed);
    fixed.keySet().removeAll(FREE);
    if (!fixed.isEmpty()) {
      throw new TrainingException(
          "%s was written with another config (now %s); use the same config, or another output folder"
              .formatted(checkpoint, described(fixed)));
    }
    return described(changed);
  }

  private static Map<String, String> changed(
      Map<String, String> before, Map<String, String> after) {
    Map<String, String> changed = new LinkedHashMap<>();
    before.keySet().forEach(key -> changed.put(key, after.getOrDefault(key, "absent")));
    changed.putAll(after);
    changed.entrySet().removeIf(entry -> entry.getValue().equals(before.get(entry.getKey())));
    return changed;
  }

  private static String described(Map<String, String> values) {
    return values.entrySet().stream()
        .limit(SHOWN)
        .map(entry -> entry.getKey() + ": " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  /** A number that is the same for configs that differ only in where files are. */
  static int fingerprint(String recipe) {
    Map<String, String> values = Recipe.values(recipe);
    values.values().removeIf(RecipeDifference::isAbsolutePath);
    return values.hashCode();
  }

  private static boolean isAbsolutePath(String value) {
    try {
      return Path.of(value).isAbsolute();
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
