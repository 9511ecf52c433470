package dev.sana4j.server.jobs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Other names of models, for clients whose model name cannot be changed.
 *
 * @param usual whether the names of OpenAI's image models mean the default model
 * @param added further names; the value is the id of a model, or empty for the default model
 */
public record ModelAliases(boolean usual, Map<String, String> added) {
  private static final Pattern USUAL =
      Pattern.compile("dall-e-[23]|(chat)?gpt-image-[\\w.-]{1,60}");
  private static final String NONE = "none";

  /** Copies the names. */
  public ModelAliases {
    added = Collections.unmodifiableMap(new LinkedHashMap<>(added)); // in their order
  }

  /**
   * Returns the standard aliases.
   *
   * @return only the names of OpenAI's image models
   */
  public static ModelAliases standard() {
    return new ModelAliases(true, Map.of());
  }

  /**
   * Reads aliases.
   *
   * @param texts each is {@code NAME}, {@code NAME=MODEL}, or {@code none} to switch off the names
   *     of OpenAI's image models
   * @return the aliases
   * @throws IllegalArgumentException if a name or a model is empty
   */
  public static ModelAliases of(List<String> texts) {
    Map<String, String> added = new LinkedHashMap<>();
    boolean usual = true;
    for (String text : texts) {
      if (text.strip().equals(NONE)) {
        usual = false;
        continue;
      }
      String[] parts = text.split("=", 2);
      String name = parts[0].strip();
      String model = parts.length == 1 ? "" : parts[1].strip();
      if (name.isEmpty() || (parts.length == 2 && model.isEmpty())) {
        throw new IllegalArgumentException(
            "the alias '" + text + "' is neither NAME nor NAME=MODEL");
      }
      added.put(name, model);
    }
    return new ModelAliases(usual, added);
  }

  /**
   * Finds the model of an alias.
   *
   * @param name sent by a client
   * @return the id of a model, or an empty text for the default model; empty if it is not an alias
   */
  public Optional<String> model(String name) {
    String model = added.get(name);
    return model == null && usual && USUAL.matcher(name).matches()
        ? Optional.of("")
        : Optional.ofNullable(model);
  }

  /**
   * Returns the added aliases of models that do not exist.
   *
   * @param models ids of all models
   * @return names of aliases
   */
  public List<String> withoutModel(List<String> models) {
    List<String> lost = new ArrayList<>();
    added.forEach(
        (name, model) -> {
          if (!model.isEmpty() && !models.contains(model)) {
            lost.add(name);
          }
        });
    return lost;
  }
}
