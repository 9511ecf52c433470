package dev.sana4j.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** The reference files of these tests. */
final class ReferenceFiles {

  /** A text and its ids in a vocabulary. */
  record Sample(String text, List<Integer> ids) {}

  private static final Path FOLDER =
      Path.of(
          System.getProperty("sana4j.reference", "../sana4j-verify/src/test/resources/reference"));

  private ReferenceFiles() {}

  static Path path(String name) {
    return FOLDER.resolve(name);
  }

  static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(path(name).toFile());
    } catch (IOException e) {
      throw new AssertionError("reading " + path(name), e);
    }
  }

  static List<Sample> samples(String name) {
    List<Sample> samples = new ArrayList<>();
    for (JsonNode node : json(name)) {
      List<Integer> ids =
          StreamSupport.stream(node.get("ids").spliterator(), false)
              .map(JsonNode::intValue)
              .toList();
      samples.add(new Sample(node.get("text").textValue(), ids));
    }
    return samples;
  }

  static Tokenizer tinyTokenizer() {
    return Tokenizer.load(path("pipelines/tiny-sana/tokenizer/tokenizer.json"));
  }
}
