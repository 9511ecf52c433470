package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.EmojiObject;
import dev.sana4j.weights.ConfigFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The settings that scorers were trained for; they are used only with the same settings.
 *
 * @param version version of the network and of its training
 * @param objects ids of the objects in the order of the classes
 * @param seed seed of the training
 * @param steps steps of the training
 * @param side side of a square image in pixels
 * @param shapes share of each shape
 */
record ScorerFit(int version, List<String> objects, int seed, int steps, int side, String shapes) {
  private static final int VERSION = 2;

  static ScorerFit of(List<EmojiObject> objects, EvaluationOptions options) {
    return new ScorerFit(
        VERSION,
        objects.stream().map(EmojiObject::id).toList(),
        options.scorers().seed(),
        options.scorers().steps(),
        options.prompts().side(),
        options.prompts().shapes());
  }

  Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("version", version);
    settings.put("objects", objects);
    settings.put("seed", seed);
    settings.put("steps", steps);
    settings.put("size", side);
    settings.put("shapes", shapes);
    return settings;
  }

  static ScorerFit read(ConfigFile file) {
    return new ScorerFit(
        file.integer("version"),
        file.texts("objects"),
        file.integer("seed"),
        file.integer("steps"),
        file.integer("size"),
        file.text("shapes"));
  }

  /** Describes how other scorers differ from these, for a message; empty if they do not. */
  String difference(ScorerFit there) {
    Map<String, Object> mine = settings();
    Map<String, Object> theirs = there.settings();
    for (String key : mine.keySet()) {
      if (!Objects.equals(mine.get(key), theirs.get(key))) {
        return key.equals("objects")
            ? "for %d objects, not these %d".formatted(there.objects.size(), objects.size())
            : "of %s %s, not %s".formatted(key, theirs.get(key), mine.get(key));
      }
    }
    return "";
  }
}
