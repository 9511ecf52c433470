package dev.sana4j.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Every route and every body of the server, from its OpenAPI document. */
final class HttpReference {
  private static final String HEAD =
      """
      # HTTP

      For people who write a client of `sana serve`. The server describes the same in `/openapi.json`;
      [serving images](../how-to/serve.md) has examples.
      """;

  private static final Path DOCUMENT =
      MarkdownPages.ROOT.resolve("sana4j-server/src/main/resources/dev/sana4j/server/openapi.json");

  private static final Map<String, String> TAGS =
      Map.of(
          "native", "Native API",
          "openai", "OpenAI's Images API",
          "sdapi", "AUTOMATIC1111's API",
          "mcp", "Model Context Protocol",
          "operation", "Operation");

  private final JsonNode root;
  private final StringBuilder text = new StringBuilder(HEAD);

  private HttpReference(JsonNode root) {
    this.root = root;
  }

  static String markdown() {
    try {
      return new HttpReference(new ObjectMapper().readTree(DOCUMENT.toFile())).write();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String write() {
    for (JsonNode tag : root.path("tags")) {
      String name = tag.path("name").asText();
      text.append("\n## ").append(TAGS.getOrDefault(name, name)).append("\n");
      for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
        for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
          if (operation.getValue().path("tags").path(0).asText().equals(name)) {
            operation(operation.getKey(), path.getKey(), operation.getValue());
          }
        }
      }
    }
    text.append("\n## Bodies\n");
    root.path("components").path("schemas").properties().forEach(this::body);
    return text.toString();
  }

  private void operation(String method, String path, JsonNode operation) {
    text.append("\n### ").append(method.toUpperCase(Locale.ROOT)).append(" ").append(path);
    text.append("\n\n").append(operation.path("summary").asText()).append("\n\n");
    List<String> facts = new ArrayList<>();
    for (JsonNode parameter : operation.path("parameters")) {
      facts.add(
          "`%s` (%s, %s)"
                  .formatted(
                      parameter.path("name").asText(),
                      parameter.path("in").asText(),
                      type(parameter.path("schema")))
              + meaning(parameter.path("description").asText("")));
    }
    JsonNode request = operation.path("requestBody").path("content");
    request
        .properties()
        .forEach(
            body ->
                facts.add(
                    "body, `%s`: %s"
                        .formatted(body.getKey(), type(body.getValue().path("schema")))));
    operation
        .path("responses")
        .properties()
        .forEach(answer -> facts.add(answer(answer.getKey(), resolved(answer.getValue()))));
    facts.forEach(fact -> text.append("- ").append(fact.strip()).append("\n"));
  }

  private static String meaning(String text) {
    return text.isEmpty() ? "" : ": " + text;
  }

  private static String answer(String status, JsonNode answer) {
    String content =
        answer.path("content").properties().stream()
            .map(body -> "`" + body.getKey() + "`" + suffix(type(body.getValue().path("schema"))))
            .collect(Collectors.joining(" or "));
    String description = answer.path("description").asText();
    return status + ": " + description + (content.isEmpty() ? "" : " Body: " + content + ".");
  }

  private static String suffix(String type) {
    return type.isEmpty() ? "" : " " + type;
  }

  private JsonNode resolved(JsonNode node) {
    String reference = node.path("$ref").asText();
    return reference.isEmpty() ? node : root.at(reference.substring(1));
  }

  private void body(Map.Entry<String, JsonNode> schema) {
    text.append("\n### ").append(schema.getKey()).append("\n\n");
    JsonNode value = schema.getValue();
    if (value.has("description")) {
      text.append(value.path("description").asText()).append("\n\n");
    }
    List<String> rows = new ArrayList<>();
    rows(value, "", rows);
    if (rows.isEmpty()) {
      text.append("Type: ").append(type(value)).append("\n");
    } else {
      text.append("| field | type | default | meaning |\n|---|---|---|---|\n");
      rows.forEach(text::append);
    }
  }

  private static void rows(JsonNode schema, String prefix, List<String> rows) {
    for (JsonNode part : schema.path("allOf")) {
      if (part.has("$ref")) {
        rows.add("| all of " + type(part) + " | | | |\n");
      }
      rows(part, prefix, rows);
    }
    List<String> required =
        StreamSupport.stream(schema.path("required").spliterator(), false)
            .map(JsonNode::asText)
            .toList();
    for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
      JsonNode value = field.getValue();
      String fallback =
          value.has("default")
              ? "`" + value.path("default") + "`"
              : required.contains(field.getKey()) ? "required" : "";
      rows.add(
          "| `%s` | %s | %s | %s |%n"
              .formatted(
                  prefix + field.getKey(), type(value), fallback, cell(value.path("description"))));
      rows(value, prefix + field.getKey() + ".", rows);
      rows(value.path("items"), prefix + field.getKey() + "[].", rows);
    }
  }

  private static String cell(JsonNode text) {
    return text.asText("").replaceAll("\\s+", " ").replace("|", "\\|");
  }

  /** Returns the type with its range or its choices. */
  private static String type(JsonNode schema) {
    if (schema.has("$ref")) {
      String name = schema.path("$ref").asText().replaceFirst(".*/", "");
      return "[" + name + "](#" + name.toLowerCase(Locale.ROOT) + ")";
    }
    if (schema.has("oneOf") || schema.has("anyOf")) {
      return StreamSupport.stream(
              schema.path(schema.has("oneOf") ? "oneOf" : "anyOf").spliterator(), false)
          .map(HttpReference::type)
          .collect(Collectors.joining(" or "));
    }
    if (schema.has("enum")) {
      return StreamSupport.stream(schema.path("enum").spliterator(), false)
          .map(value -> "`" + value.asText() + "`")
          .collect(Collectors.joining(", "));
    }
    if (schema.path("type").asText().equals("array")) {
      return "array of " + type(schema.path("items"));
    }
    JsonNode type = schema.path("type");
    String name =
        type.isArray()
            ? StreamSupport.stream(type.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(" or "))
            : type.asText("");
    return (name + range(schema)).strip();
  }

  private static String range(JsonNode schema) {
    String above =
        schema.has("exclusiveMinimum") ? " above " + schema.path("exclusiveMinimum") : "";
    String from = schema.has("minimum") ? " from " + schema.path("minimum") : above;
    return from + (schema.has("maximum") ? " to " + schema.path("maximum") : "");
  }
}
