package dev.sana4j.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sana4j.files.FileException;
import dev.sana4j.files.QuotedText;
import dev.sana4j.files.StrictJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokens of a CLIP tokenizer and the order of its merges, from {@code tokenizer.json} or from
 * {@code vocab.json} and {@code merges.txt}.
 *
 * @param ids id by token
 * @param ranks rank by pair of tokens; lower ranks merge first
 */
record ClipVocabulary(Map<String, Integer> ids, Map<Pair, Integer> ranks) {
  private static final int MAX_BYTES = 32 << 20;
  private static final int MAX_DEPTH = 16;
  private static final String ENCODING = "BPE";
  private static final String WORD_END = "</w>";
  private static final String VOCABULARY = "vocab.json";
  private static final String MERGES = "merges.txt";
  private static final JsonMapper JSON = StrictJson.bounded(MAX_DEPTH).build();

  /** Two adjacent tokens. */
  record Pair(String left, String right) {}

  /** Reads the files of a folder. */
  static ClipVocabulary read(Path folder) {
    Path whole = folder.resolve("tokenizer.json");
    Path tokens = folder.resolve(VOCABULARY);
    if (Files.exists(whole)) {
      return of(whole);
    }
    if (!Files.exists(tokens) || !Files.exists(folder.resolve(MERGES))) {
      throw new TextException(
          folder + " has no CLIP tokenizer: expected tokenizer.json, or vocab.json and merges.txt");
    }
    List<Pair> merges = new ArrayList<>();
    for (String line : text(folder.resolve(MERGES)).lines().toList()) {
      if (!line.isBlank() && !(merges.isEmpty() && line.startsWith("#version"))) {
        merges.add(pair(folder.resolve(MERGES), line.strip()));
      }
    }
    return of(tokens, json(tokens), merges);
  }

  private static ClipVocabulary of(Path file) {
    JsonNode model = json(file).path("model");
    if (!model.path("type").asText(ENCODING).equals(ENCODING)
        || !model.path("end_of_word_suffix").asText().equals(WORD_END)) {
      throw new TextException(
          file
              + " is not a CLIP tokenizer: expected byte-pair encoding with words that end in </w>");
    }
    List<Pair> merges = new ArrayList<>();
    for (JsonNode merge : model.path("merges")) {
      merges.add(
          merge.isArray() && merge.size() == 2
              ? new Pair(merge.get(0).asText(), merge.get(1).asText())
              : pair(file, merge.asText()));
    }
    return of(file, model.path("vocab"), merges);
  }

  private static ClipVocabulary of(Path file, JsonNode vocabulary, List<Pair> merges) {
    Map<String, Integer> ids = new HashMap<>();
    for (Map.Entry<String, JsonNode> token : vocabulary.properties()) {
      if (!token.getValue().isInt() || token.getValue().intValue() < 0) {
        throw new TextException(
            file + ": the id of '" + QuotedText.clip(token.getKey()) + "' is not a whole number");
      }
      ids.put(token.getKey(), token.getValue().intValue());
    }
    if (ids.isEmpty()) {
      throw new TextException(file + " contains no tokens");
    }
    Map<Pair, Integer> ranks = new HashMap<>();
    for (Pair merge : merges) {
      ranks.putIfAbsent(merge, ranks.size());
    }
    return new ClipVocabulary(ids, ranks);
  }

  private static Pair pair(Path file, String merge) {
    String[] parts = merge.split(" ", -1);
    if (parts.length != 2) {
      throw new TextException(
          file + ": the merge '" + QuotedText.clip(merge) + "' is not a pair of tokens");
    }
    return new Pair(parts[0], parts[1]);
  }

  private static JsonNode json(Path file) {
    try {
      return JSON.readTree(text(file));
    } catch (JsonProcessingException e) {
      throw new TextException(file + ": " + StrictJson.reason(e), e);
    }
  }

  private static String text(Path file) {
    try {
      byte[] bytes = StrictJson.read(file, MAX_BYTES);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (FileException e) {
      throw new TextException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new TextException(file + " cannot be read: the text is not UTF-8", e);
    }
  }
}
