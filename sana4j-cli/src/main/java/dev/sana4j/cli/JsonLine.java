package dev.sana4j.cli;

import dev.sana4j.files.QuotedText;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.RequestValues;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a line of a list of prompts that is a JSON object. */
final class JsonLine {
  private static final Set<String> KEYS =
      Set.of(
          "prompt",
          "negative_prompt",
          "seed",
          "width",
          "height",
          "size",
          "steps",
          "guidance_scale",
          "output",
          "image",
          "mask",
          "strength",
          "lora");

  private JsonLine() {}

  /**
   * Parses a line.
   *
   * @throws dev.sana4j.files.SanaException if it is not a JSON object, has an unknown key, or a
   *     value has another type
   */
  static PromptLine parse(long number, String text) {
    RequestValues line = RequestValues.object(text);
    requireKnown(line);
    return new PromptLine(
        number,
        line.text("prompt"),
        line.text("negative_prompt"),
        line.whole("seed"),
        line.size(),
        line.integer("steps", Integer.MAX_VALUE),
        line.real("guidance_scale"),
        line.text("output"),
        path(line, "image"),
        path(line, "mask"),
        line.real("strength"),
        adapters(line));
  }

  private static void requireKnown(RequestValues line) {
    for (String name : line.names()) {
      if (!KEYS.contains(name)) {
        throw new RequestException(
            "unknown key \"" + QuotedText.clip(name) + "\"; see docs/how-to/generate.md");
      }
    }
  }

  private static @Nullable Path path(RequestValues line, String key) {
    String text = line.text(key);
    try {
      return text == null ? null : Path.of(text);
    } catch (InvalidPathException e) {
      throw RequestValues.wrong(key, "a file name");
    }
  }

  private static @Nullable List<LoraChoice> adapters(RequestValues line) {
    List<String> adapters = line.adapters("lora");
    return adapters == null ? null : adapters.stream().map(LoraChoice::parse).toList();
  }
}
