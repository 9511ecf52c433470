package dev.sana4j.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.server.http.LoraFolder;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import java.util.ArrayList;
import java.util.List;

/**
 * The adapters of a request, which OpenAI's API does not have: a name, {@code {"name": ...,
 * "scale": ...}}, or a list of these.
 */
final class LoraFields {
  private static final String FIELD = "lora";
  private static final int MOST = 8;
  private static final int LONGEST_NAME = 400;

  private LoraFields() {}

  static List<LoraChoice> read(RequestFields fields, LoraFolder folder) {
    JsonNode sent = fields.raw(FIELD);
    if (sent == null) {
      return List.of();
    }
    if (sent.isArray() && sent.size() > MOST) {
      throw RequestProblem.field(FIELD, FIELD + " names more than " + MOST + " adapters");
    }
    List<LoraChoice> choices = new ArrayList<>();
    for (JsonNode each : sent.isArray() ? sent : List.of(sent)) {
      LoraChoice choice = choice(each, folder);
      if (choices.stream().anyMatch(other -> other.file().equals(choice.file()))) {
        throw RequestProblem.field(FIELD, FIELD + " names one adapter twice; give it one scale");
      }
      choices.add(choice);
    }
    return choices;
  }

  private static LoraChoice choice(JsonNode each, LoraFolder folder) {
    JsonNode name = each.isObject() ? each.path("name") : each;
    JsonNode scale = each.path("scale");
    boolean valid =
        name.isTextual()
            && name.textValue().length() <= LONGEST_NAME
            && (scale.isMissingNode() || scale.isNull() || scale.isNumber());
    if (!valid) {
      throw RequestProblem.field(
          FIELD, FIELD + " is not a name, or a list of {\"name\": ..., \"scale\": 1}");
    }
    return folder.choice(FIELD, name.textValue(), scale.isNumber() ? scale.doubleValue() : 1);
  }
}
