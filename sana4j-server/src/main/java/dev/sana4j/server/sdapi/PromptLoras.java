package dev.sana4j.server.sdapi;

import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.server.http.LoraFolder;
import dev.sana4j.server.http.RequestProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A prompt whose tags, such as {@code <lora:name:0.8>}, are replaced by adapters. They are never
 * words for the model.
 *
 * @param prompt the prompt without tags
 * @param loras the adapters that it names
 */
record PromptLoras(String prompt, List<LoraChoice> loras) {
  private static final Pattern TAG = Pattern.compile("<(lora|lyco|hypernet):([^<>]{0,400})>");
  private static final Pattern BEGIN = Pattern.compile("<(lora|lyco|hypernet):");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d{1,9}(\\.\\d{0,20})?|\\.\\d{1,20})");
  private static final Pattern SPACES = Pattern.compile("[ \\t]{2,}");
  private static final int MOST = 8;
  private static final int NAMES_SHOWN = 40;

  static PromptLoras of(String field, String text, LoraFolder folder) {
    if (!BEGIN.matcher(text).find()) {
      return new PromptLoras(text, List.of());
    }
    List<LoraChoice> loras = new ArrayList<>();
    Matcher tags = TAG.matcher(text);
    while (tags.find()) {
      if (tags.group(1).equals("hypernet")) {
        throw RequestProblem.field(
            field, "hypernetworks are not supported; remove " + tags.group());
      }
      LoraChoice lora = choice(field, tags.group(2).split(":", -1), folder);
      if (loras.stream().anyMatch(other -> other.file().equals(lora.file()))) {
        throw RequestProblem.field(field, tags.group() + " names a LoRA that is named before");
      }
      loras.add(lora);
    }
    if (loras.size() > MOST) {
      throw RequestProblem.field(field, field + " names more than " + MOST + " LoRAs");
    }
    String words = tags.replaceAll("");
    if (BEGIN.matcher(words).find()) {
      throw RequestProblem.field(field, "a tag is not closed; write <lora:NAME:WEIGHT>");
    }
    return new PromptLoras(SPACES.matcher(words).replaceAll(" ").strip(), loras);
  }

  /** Refuses tags in a text that does not use them. */
  static String refused(String field, String text) {
    if (BEGIN.matcher(text).find()) {
      throw RequestProblem.field(
          field, "put <lora:NAME:WEIGHT> into the prompt, not into " + field);
    }
    return text;
  }

  /**
   * Returns the adapter of the parts of a tag: its name, and one weight, or that of the text
   * encoder and that of the transformer; a weight may have a name. Only that of the transformer is
   * used.
   */
  private static LoraChoice choice(String field, String[] parts, LoraFolder folder) {
    String name = parts[0].strip();
    double weight = 1;
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i].strip().toLowerCase(Locale.ROOT);
      if (!part.startsWith("te=") && !part.startsWith("dyn=")) {
        weight = weight(field, name, part.startsWith("unet=") ? part.substring(5) : part);
      }
    }
    return folder.choice(field, name, weight);
  }

  private static double weight(String field, String name, String text) {
    if (!NUMBER.matcher(text).matches()) {
      String shown = name.length() <= NAMES_SHOWN ? name : name.substring(0, NAMES_SHOWN) + "...";
      throw RequestProblem.field(
          field, "the weight of the LoRA \"" + shown.strip() + "\" is not a number");
    }
    return Double.parseDouble(text);
  }
}
