package dev.sana4j.measure.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sana4j.files.FileException;
import dev.sana4j.files.StrictJson;
import dev.sana4j.measure.MeasureException;
import dev.sana4j.measure.objects.ObjectRules;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads files of prompts: a prompt per line; JSON lines with {@code prompt} and, as in GenEval,
 * {@code tag}, {@code include} and {@code exclude}; or one JSON object of prompts by id, as in
 * MJHQ-30K.
 */
public final class PromptList {
  private static final int MAX_BYTES = 64 << 20;
  private static final int MAX_PROMPTS = 100_000;
  private static final int MAX_DEPTH = 16;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");
  private static final String PROMPT = "prompt";
  private static final JsonMapper JSON = StrictJson.bounded(MAX_DEPTH).build();

  private final Path file;
  private final int imagesEach;
  private final long seed;
  private final List<MeasuredPrompt> prompts = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private int number;

  private PromptList(Path file, int imagesEach, long seed) {
    this.file = file;
    this.imagesEach = imagesEach;
    this.seed = seed;
  }

  /**
   * Reads a file.
   *
   * @param file a file of prompts, at most 64 MiB and 100,000 images
   * @param imagesEach number of images of each prompt
   * @param seed the seed of the first image; each image has the next one
   * @return one element per image
   * @throws MeasureException if the file is missing or damaged, naming the prompt
   */
  public static List<MeasuredPrompt> read(Path file, int imagesEach, long seed) {
    if (imagesEach < 1 || imagesEach > MAX_PROMPTS) {
      throw new MeasureException("the number of images of a prompt must be 1 to " + MAX_PROMPTS);
    }
    PromptList list = new PromptList(file, imagesEach, seed);
    String text = list.text();
    boolean whole = String.valueOf(file.getFileName()).endsWith(".json");
    if (whole) {
      list.addAll(list.json(text));
    } else {
      text.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(list::addLine);
    }
    if (list.prompts.isEmpty()) {
      throw new MeasureException(file + " contains no prompts");
    }
    return List.copyOf(list.prompts);
  }

  private String text() {
    try {
      byte[] bytes = StrictJson.read(file, MAX_BYTES);
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (FileException e) {
      throw new MeasureException(String.valueOf(e.getMessage()), e);
    } catch (CharacterCodingException e) {
      throw new MeasureException(file + " is not valid UTF-8", e);
    }
  }

  private JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw refusal(StrictJson.reason(e));
    }
  }

  private void addAll(JsonNode root) {
    if (root.isArray()) {
      root.forEach(node -> add("", node));
    } else {
      for (Map.Entry<String, JsonNode> entry : root.properties()) {
        add(entry.getKey(), entry.getValue());
      }
    }
  }

  private void addLine(String line) {
    add("", line.startsWith("{") ? json(line) : JsonNodeFactory.instance.textNode(line));
  }

  private void add(String key, JsonNode node) {
    number++;
    String prompt = node.isTextual() ? node.asText() : node.path(PROMPT).asText();
    if (prompt.isBlank()) {
      throw refusal("there is no prompt");
    }
    String given = node.path("id").isValueNode() ? node.path("id").asText() : key;
    String id = NAME.matcher(given).matches() ? given : "%06d".formatted(number);
    if (!ids.add(id)) {
      throw refusal("the id " + id + " occurs twice");
    }
    long first = node.path("seed").isIntegralNumber() ? node.path("seed").asLong() : next();
    ObjectRules rules = rules(node);
    for (int i = 0; i < imagesEach; i++) {
      if (prompts.size() == MAX_PROMPTS) {
        throw refusal("there are more than " + MAX_PROMPTS + " images; split the file");
      }
      String name = imagesEach == 1 ? id : id + "-" + i;
      prompts.add(new MeasuredPrompt(name, prompt, first + i, rules));
    }
  }

  private long next() {
    return seed + prompts.size();
  }

  private @Nullable ObjectRules rules(JsonNode node) {
    try {
      return ObjectRules.read(node);
    } catch (MeasureException e) {
      throw refusal(String.valueOf(e.getMessage()));
    }
  }

  private MeasureException refusal(String problem) {
    return new MeasureException(file + (number == 0 ? "" : ", prompt " + number) + ": " + problem);
  }
}
