package dev.sana4j.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import java.util.ArrayList;
import java.util.List;

/**
 * The images of a JSON request, in every form that clients use: a string with base64 or a data URI,
 * {@code {"image_url": ...}}, {@code {"image_url": {"url": ...}}}, {@code {"url": ...}}, {@code
 * {"b64_json": ...}}, and lists of these.
 */
final class JsonImages {
  private static final List<String> OBJECT_FIELDS = List.of("image_url", "b64_json", "url");
  private static final int MOST = 64;
  private static final int DEEPEST = 4;

  private JsonImages() {}

  /** Returns the images of the first field that has a value, each as a string. */
  static List<String> of(RequestFields fields, String... names) {
    for (String name : names) {
      JsonNode sent = fields.raw(name);
      if (sent != null) {
        List<String> images = new ArrayList<>();
        add(name, sent, images, 0);
        return images;
      }
    }
    return List.of();
  }

  private static void add(String field, JsonNode sent, List<String> images, int depth) {
    if (sent.isArray() && sent.size() <= MOST && depth < DEEPEST) {
      sent.forEach(each -> add(field, each, images, depth + 1));
    } else if (sent.isTextual()) {
      images.add(sent.textValue());
    } else {
      images.add(text(field, sent));
    }
  }

  private static String text(String field, JsonNode sent) {
    for (String name : OBJECT_FIELDS) {
      JsonNode value = sent.path(name);
      JsonNode text = value.isObject() ? value.path("url") : value;
      if (text.isTextual()) {
        return text.textValue();
      }
    }
    throw RequestProblem.field(
        field,
        field
            + " has no image: send base64, a data URI, or an object with image_url or b64_json; this"
            + " server does not store files");
  }
}
