package dev.sana4j.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.sana4j.files.StrictJson;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks a {@code tokenizer.json} before the native library reads it. The file must be valid JSON
 * and describe byte-pair encoding like Gemma's. Some mistakes would crash the process in the native
 * library, and some patterns could take forever to search for.
 *
 * <p>The vocabulary and its merges are not checked; the library throws an exception for mistakes in
 * them.
 */
final class TokenizerCheck {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_PARTS = 1000;

  /** Limit for the growth of a text, because consecutive steps could lengthen it without bound. */
  private static final int MAX_GROWTH = 64;

  private static final int MAX_ADDED_TOKENS = 20_000;
  private static final int MAX_ADDED_LENGTH = 256;
  private static final ObjectReader READER =
      StrictJson.bounded(MAX_DEPTH)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build()
          .reader();

  private static final List<String> BEHAVIORS =
      List.of("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous");
  private static final List<String> SCHEMES = List.of("first", "never", "always");

  private final JsonParser json;

  private TokenizerCheck(JsonParser json) {
    this.json = json;
  }

  /**
   * Checks a file.
   *
   * @throws IOException if the file cannot be read or is not supported; the message gives the
   *     reason
   */
  static void require(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
        JsonParser json = READER.createParser(in)) {
      new TokenizerCheck(json).read();
    }
  }

  private void read() throws IOException {
    require(json.nextToken() == JsonToken.START_OBJECT, "expected an object");
    Set<String> parts = new HashSet<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String part = json.currentName();
      require(
          parts.size() <= MAX_PARTS && parts.add(part),
          "a field occurs twice, or there are too many fields");
      json.nextToken();
      readPart(part);
    }
    require(parts.contains("model"), "the field model is missing");
    require(json.nextToken() == null, "expected nothing after the object");
  }

  private void readPart(String part) throws IOException {
    switch (part) {
      case "added_tokens" -> readAddedTokens();
      case "normalizer" -> requireBounded(normalizer(READER.readTree(json)), part);
      case "pre_tokenizer" -> preTokenizer(READER.readTree(json));
      case "post_processor" -> requireBounded(postProcessor(READER.readTree(json)), part);
      case "decoder" -> decoder(READER.readTree(json));
      case "model" -> readModel();
      default -> json.skipChildren();
    }
  }

  private void readAddedTokens() throws IOException {
    require(json.currentToken() == JsonToken.START_ARRAY, "expected an array as added_tokens");
    for (int count = 0; json.nextToken() != JsonToken.END_ARRAY; count++) {
      JsonNode token = READER.readTree(json);
      int length = text(token, "content").length();
      require(
          count < MAX_ADDED_TOKENS && length > 0 && length <= MAX_ADDED_LENGTH,
          "expected at most "
              + MAX_ADDED_TOKENS
              + " added_tokens with a content of 1 to "
              + MAX_ADDED_LENGTH
              + " characters");
    }
  }

  private void readModel() throws IOException {
    require(json.currentToken() == JsonToken.START_OBJECT, "expected an object as model");
    String type = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      switch (field) {
        case "type" -> type = json.getText();
        case "vocab" -> require(value == JsonToken.START_OBJECT, "expected an object as vocab");
        case "merges" -> require(value == JsonToken.START_ARRAY, "expected an array as merges");
        case "dropout", "continuing_subword_prefix", "end_of_word_suffix" ->
            require(value == JsonToken.VALUE_NULL, "a model with " + field + " is not supported");
        default -> require(value.isScalarValue(), "expected a single value as " + field);
      }
      json.skipChildren();
    }
    require(type.equals("BPE"), "expected a model of type BPE, got '" + type + "'");
  }

  /** Returns the maximum factor by which the normalizer lengthens a text. */
  private static long normalizer(JsonNode node) throws IOException {
    switch (type(node)) {
      case "" -> {
        return 1;
      }
      case "Replace" -> {
        long growth = replacement(node);
        // An added token normalized to nothing would match between the bytes of a character.
        require(
            !text(node, "content").isEmpty(), "a normalizer that removes text is not supported");
        return growth;
      }
      case "Prepend" -> {
        return 1L + text(node, "prepend").length();
      }
      case "Sequence" -> {
        long growth = 1;
        for (JsonNode each : list(node, "normalizers")) {
          growth = requireBounded(growth * normalizer(each), "normalizer");
        }
        return growth;
      }
      default -> throw unsupported("normalizer", node);
    }
  }

  private static void preTokenizer(JsonNode node) throws IOException {
    switch (type(node)) {
      case "" -> {}
      case "Split" -> {
        pattern(node);
        choice(node, "behavior", BEHAVIORS);
        require(node.path("invert").isBoolean(), "expected true or false as invert");
      }
      case "Metaspace" -> metaspace(node);
      case "Sequence" -> {
        for (JsonNode each : list(node, "pretokenizers")) {
          preTokenizer(each);
        }
      }
      default -> throw unsupported("pre_tokenizer", node);
    }
  }

  private static void decoder(JsonNode node) throws IOException {
    switch (type(node)) {
      case "", "ByteFallback", "Fuse" -> {}
      case "Replace" -> replacement(node);
      case "Metaspace" -> metaspace(node);
      case "Strip" -> {
        requireOneCharacter(node, "content");
        small(node, "start");
        small(node, "stop");
      }
      case "Sequence" -> {
        for (JsonNode each : list(node, "decoders")) {
          decoder(each);
        }
      }
      default -> throw unsupported("decoder", node);
    }
  }

  /** Returns the maximum factor by which the post-processor lengthens a text. */
  private static long postProcessor(JsonNode node) throws IOException {
    switch (type(node)) {
      case "" -> {
        return 1;
      }
      case "TemplateProcessing" -> {
        Set<String> known = specialTokens(node.path("special_tokens"));
        for (JsonNode piece : list(node, "single")) {
          piece(piece, known, List.of("A"));
        }
        for (JsonNode piece : list(node, "pair")) {
          piece(piece, known, List.of("A", "B"));
        }
        return Math.max(1, node.path("single").size());
      }
      case "Sequence" -> {
        long growth = 1;
        for (JsonNode each : list(node, "processors")) {
          growth = requireBounded(growth * postProcessor(each), "post_processor");
        }
        return growth;
      }
      default -> throw unsupported("post_processor", node);
    }
  }

  private static long requireBounded(long growth, String part) throws IOException {
    require(
        growth <= MAX_GROWTH,
        "the " + part + " may make a text more than " + MAX_GROWTH + " times longer");
    return growth;
  }

  /**
   * Checks a piece of a template. The library looks up its tokens without checking that they exist.
   */
  private static void piece(JsonNode piece, Set<String> known, List<String> texts)
      throws IOException {
    require(piece.isObject() && piece.size() == 1, "expected a token or a sequence in a template");
    JsonNode special = piece.path("SpecialToken");
    JsonNode sequence = piece.path("Sequence");
    if (special.isObject()) {
      require(
          known.contains(text(special, "id")),
          "a template contains a token that is not in special_tokens");
      small(special, "type_id");
    } else {
      choice(sequence, "id", texts);
      small(sequence, "type_id");
    }
  }

  private static Set<String> specialTokens(JsonNode tokens) throws IOException {
    require(
        tokens.isObject() && tokens.size() <= MAX_PARTS, "expected special_tokens to be an object");
    Set<String> known = new HashSet<>();
    for (var entry : tokens.properties()) {
      JsonNode token = entry.getValue();
      require(
          text(token, "id").equals(entry.getKey()), "the key and the id of a special token differ");
      JsonNode ids = list(token, "ids");
      JsonNode names = list(token, "tokens");
      require(
          ids.size() == names.size() && ids.size() <= MAX_GROWTH,
          "the ids and tokens of a special token differ in number, or there are too many");
      for (JsonNode id : ids) {
        require(
            id.isInt() && id.intValue() >= 0,
            "expected ids of a special token to be integers, at least 0");
      }
      for (JsonNode name : names) {
        require(name.isTextual(), "expected tokens of a special token to be strings");
      }
      known.add(entry.getKey());
    }
    return known;
  }

  /** Returns the maximum factor by which the replacement lengthens a text. */
  private static long replacement(JsonNode node) throws IOException {
    pattern(node);
    long before = bytes(node.path("pattern").path("String").textValue());
    return Math.max(1, (bytes(text(node, "content")) + before - 1) / before);
  }

  private static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * Checks that a pattern is a plain string; searching for a regular expression might never end.
   */
  private static void pattern(JsonNode node) throws IOException {
    JsonNode pattern = node.path("pattern");
    require(
        pattern.isObject() && pattern.size() == 1 && !text(pattern, "String").isEmpty(),
        "expected a pattern with a non-empty String; other patterns are not supported");
  }

  private static void metaspace(JsonNode node) throws IOException {
    requireOneCharacter(node, "replacement");
    if (node.has("prepend_scheme")) {
      choice(node, "prepend_scheme", SCHEMES);
    }
  }

  private static void requireOneCharacter(JsonNode node, String field) throws IOException {
    String text = text(node, field);
    require(text.codePointCount(0, text.length()) == 1, "expected one character as " + field);
  }

  /** Returns the type of a part; empty if the part is null. */
  private static String type(JsonNode node) throws IOException {
    return node.isNull() ? "" : text(node, "type");
  }

  private static String text(JsonNode node, String field) throws IOException {
    require(node.path(field).isTextual(), "expected a string as " + field);
    return node.path(field).textValue();
  }

  private static void choice(JsonNode node, String field, List<String> values) throws IOException {
    require(values.contains(text(node, field)), "expected one of " + values + " as " + field);
  }

  private static void small(JsonNode node, String field) throws IOException {
    JsonNode number = node.path(field);
    require(
        number.isInt() && number.intValue() >= 0 && number.intValue() <= MAX_PARTS,
        "expected a number from 0 to " + MAX_PARTS + " as " + field);
  }

  private static JsonNode list(JsonNode node, String field) throws IOException {
    JsonNode list = node.path(field);
    require(
        list.isArray() && list.size() <= MAX_PARTS,
        "expected an array of at most " + MAX_PARTS + " entries as " + field);
    return list;
  }

  private static IOException unsupported(String part, JsonNode node) {
    return new IOException("a " + part + " of type " + node.path("type") + " is not supported");
  }

  private static void require(boolean holds, String problem) throws IOException {
    if (!holds) {
      throw new IOException(problem);
    }
  }
}
