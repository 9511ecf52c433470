package dev.sana4j.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.files.QuotedText;
import dev.sana4j.files.StrictJson;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.RequestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a line of a list of prompts that is a JSON object. A null value counts as missing. */
final class JsonLine {
  private static final int DEEPEST = 4;
  private static final int MOST_ADAPTERS = 100;
  private static final JsonFactory JSON = StrictJson.settings(DEEPEST).build();
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

  private final JsonNode object;

  private JsonLine(JsonNode object) {
    this.object = object;
  }

  /**
   * Parses a line.
   *
   * @throws RequestException if it is not a JSON object, has an unknown key, or a value has another
   *     type
   */
  static PromptLine parse(long number, String text) {
    var line = new JsonLine(object(text));
    line.requireKnown();
    return new PromptLine(
        number,
        line.text("prompt"),
        line.text("negative_prompt"),
        line.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE),
        line.size(),
        line.integer("steps"),
        line.real("guidance_scale"),
        line.text("output"),
        line.path("image"),
        line.path("mask"),
        line.real("strength"),
        line.adapters());
  }

  private static JsonNode object(String text) {
    try (JsonParser parser = StrictJson.parser(JSON, text.getBytes(StandardCharsets.UTF_8))) {
      JsonNode read = StrictJson.mapper().readTree(parser);
      if (read == null || !read.isObject() || parser.nextToken() != null) {
        throw new RequestException("expected one JSON object, such as {\"prompt\": \"a cat\"}");
      }
      return read;
    } catch (IOException e) {
      throw new RequestException(StrictJson.reason(e).replaceFirst("line 1, ", ""));
    }
  }

  private void requireKnown() {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!KEYS.contains(name)) {
        throw new RequestException(
            "unknown key \"" + QuotedText.clip(name) + "\"; see docs/how-to/generate.md");
      }
    }
  }

  private @Nullable JsonNode value(String key) {
    return object.hasNonNull(key) ? object.get(key) : null;
  }

  private @Nullable String text(String key) {
    JsonNode value = value(key);
    if (value != null && !value.isTextual()) {
      throw wrong(key, "a string");
    }
    return value == null ? null : value.textValue();
  }

  private @Nullable Long whole(String key, long least, long most) {
    JsonNode value = value(key);
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < least
        || value.longValue() > most) {
      boolean any = least == Long.MIN_VALUE;
      throw wrong(key, any ? "a whole number" : "a whole number from " + least + " to " + most);
    }
    return value.longValue();
  }

  private @Nullable Integer integer(String key) {
    Long value = whole(key, 1, Integer.MAX_VALUE);
    return value == null ? null : value.intValue();
  }

  private @Nullable Double real(String key) {
    JsonNode value = value(key);
    if (value != null && !(value.isNumber() && Double.isFinite(value.doubleValue()))) {
      throw wrong(key, "a number");
    }
    return value == null ? null : value.doubleValue();
  }

  private @Nullable Path path(String key) {
    String text = text(key);
    try {
      return text == null ? null : Path.of(text);
    } catch (InvalidPathException e) {
      throw wrong(key, "a file name");
    }
  }

  private @Nullable ImageSize size() {
    Long width = whole("width", 1, ImageSize.MAX_SIDE);
    Long height = whole("height", 1, ImageSize.MAX_SIDE);
    String size = text("size");
    if (size != null) {
      if (width != null || height != null) {
        throw new RequestException("give size or width and height, not both");
      }
      return ImageSize.parse(size);
    }
    if ((width == null) != (height == null)) {
      throw new RequestException("give both width and height, or neither");
    }
    return width == null || height == null
        ? null
        : new ImageSize(width.intValue(), height.intValue());
  }

  private @Nullable List<LoraChoice> adapters() {
    JsonNode value = value("lora");
    if (value == null) {
      return null;
    }
    String expected = "a list of up to " + MOST_ADAPTERS + " strings FILE or FILE:SCALE";
    if (!value.isArray() || value.size() > MOST_ADAPTERS) {
      throw wrong("lora", expected);
    }
    List<LoraChoice> adapters = new ArrayList<>();
    for (JsonNode each : value) {
      if (!each.isTextual()) {
        throw wrong("lora", expected);
      }
      adapters.add(LoraChoice.parse(each.textValue()));
    }
    return adapters;
  }

  private static RequestException wrong(String key, String expected) {
    return new RequestException(key + " is not " + expected);
  }
}
