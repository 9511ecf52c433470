package dev.sana4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sana4j.files.StrictJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads captions from a text or from a JSON object; both are untrusted. */
final class CaptionParser {
  /** The longest text file, JSON object or line that is read. */
  static final int MAX_BYTES = 1 << 20;

  private static final int MAX_CAPTIONS = 64;
  private static final int MAX_CHARACTERS = 16 << 10;

  /** The fields of captions; the first that has any counts. */
  static final List<String> FIELDS = List.of("captions", "caption", "text", "prompt");

  /** The fields of the image's file name. */
  static final List<String> IMAGE_FIELDS = List.of("file_name", "image", "file", "path");

  private static final ObjectMapper JSON = StrictJson.bounded(32).build();

  private CaptionParser() {}

  /** Returns the whole text as one caption, or none if it is blank. */
  static List<Caption> text(byte[] utf8) throws IOException {
    return plain(decode(utf8));
  }

  static JsonNode object(byte[] utf8) throws IOException {
    JsonNode node = JSON.readTree(decode(utf8));
    if (!node.isObject()) {
      throw new IOException("not a JSON object");
    }
    return node;
  }

  /** Returns the captions of the first known field that has any. */
  static List<Caption> json(JsonNode object) throws IOException {
    var captions = new ArrayList<Caption>();
    for (String field : FIELDS) {
      JsonNode value = object.path(field);
      if (value.isArray()) {
        for (JsonNode element : value) {
          addElement(captions, element);
        }
      } else {
        addElement(captions, value);
      }
      if (!captions.isEmpty()) {
        break;
      }
    }
    return captions;
  }

  /** Returns the file name of the image, or an empty text. */
  static String image(JsonNode object) {
    return IMAGE_FIELDS.stream()
        .map(object::path)
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .findFirst()
        .orElse("");
  }

  /** Returns a text as one caption, or none if it is blank. */
  static List<Caption> plain(String text) throws IOException {
    var captions = new ArrayList<Caption>();
    addText(captions, text, Double.NaN);
    return captions;
  }

  private static void addElement(List<Caption> captions, JsonNode element) throws IOException {
    if (element.isTextual()) {
      addText(captions, element.textValue(), Double.NaN);
    } else if (element.isObject()) {
      JsonNode text = element.has("text") ? element.path("text") : element.path("caption");
      JsonNode score = element.path("score");
      boolean scored = score.isNumber() && Double.isFinite(score.doubleValue());
      addText(
          captions,
          text.isTextual() ? text.textValue() : "",
          scored ? score.doubleValue() : Double.NaN);
    }
  }

  private static void addText(List<Caption> captions, String text, double score)
      throws IOException {
    String stripped = text.strip();
    if (stripped.length() > MAX_CHARACTERS) {
      throw new IOException("a caption of more than " + MAX_CHARACTERS + " characters");
    }
    if (!stripped.isEmpty() && captions.size() < MAX_CAPTIONS) {
      captions.add(new Caption(stripped, score));
    }
  }

  /** Decodes strict UTF-8, because a caption in another encoding would be trained as noise. */
  static String decode(byte[] utf8) throws CharacterCodingException {
    String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
