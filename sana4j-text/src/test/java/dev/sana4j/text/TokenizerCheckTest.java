package dev.sana4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that would crash the native library or never return are rejected before it reads them. */
class TokenizerCheckTest {
  @TempDir private Path folder;

  private static String tiny() throws IOException {
    return Files.readString(ReferenceFiles.path("pipelines/tiny-sana/tokenizer/tokenizer.json"));
  }

  private Path with(String part, String value) throws IOException {
    ObjectNode root = (ObjectNode) new ObjectMapper().readTree(tiny());
    root.set(part, new ObjectMapper().readTree(value));
    return written(root.toString());
  }

  private Path written(String json) throws IOException {
    return Files.writeString(folder.resolve("tokenizer.json"), json);
  }

  private static void assertRefused(Path file, String because) {
    assertThatThrownBy(() -> Tokenizer.load(file).close())
        .isInstanceOf(TextException.class)
        .hasMessageContaining("tokenizer.json is not a readable tokenizer.json")
        .hasMessageContaining(because);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "decoder | {\"type\":\"Fusion\"} | decoder of type",
        "decoder | {\"type\":\"Sequence\",\"decoders\":[{}]} | a string as type",
        "decoder | {\"type\":\"Strip\",\"content\":\"ab\",\"start\":1,\"stop\":0} | one character",
        "normalizer | {\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AAAA\"} | normalizer",
        "normalizer | {\"type\":\"Replace\",\"pattern\":{\"Regex\":\"(a*)*b\"},\"content\":\"\"} |"
            + " a string as String",
        "normalizer | {\"type\":\"Replace\",\"pattern\":{\"String\":\"\"},\"content\":\"\"} |"
            + " pattern",
        "normalizer | {\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"\"} |"
            + " removes",
        "pre_tokenizer | {\"type\":\"Split\",\"pattern\":{\"String\":\" \"},\"behavior\":\"x\"} |"
            + " behavior",
        "pre_tokenizer | {\"type\":\"ByteLevel\"} | pre_tokenizer of type",
        "post_processor | {\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":"
            + "\"<x>\",\"type_id\":0}}],\"pair\":[],\"special_tokens\":{}} | not in special_tokens",
        "post_processor | {\"type\":\"TemplateProcessing\",\"single\":[{\"Sequence\":{\"id\":\"B\","
            + "\"type_id\":0}}],\"pair\":[],\"special_tokens\":{}} | one of [A]",
        "post_processor | {\"type\":\"RobertaProcessing\"} | post_processor of type",
        "model | {\"type\":\"Unigram\",\"vocab\":{}} | a model of type BPE",
        "model | {\"type\":\"BPE\",\"vocab\":{},\"merges\":[],\"continuing_subword_prefix\":\"##\"}"
            + " | continuing_subword_prefix",
        "model | [] | an object as model",
        "added_tokens | {} | an array as added_tokens",
        "added_tokens | [{\"id\":1}] | a string as content",
        "added_tokens | [{\"id\":1,\"content\":\"\"}] | content of 1 to 256"
      })
  void partsOfOtherKindsAreRefusedByName(String part, String value, String because)
      throws IOException {
    assertRefused(with(part, value), because);
  }

  private static String sequence(String parts, String part, int count) {
    return "{\"type\":\"Sequence\",\"%s\":[%s]}"
        .formatted(parts, String.join(",", Collections.nCopies(count, part)));
  }

  @Test
  void partsThatTogetherMakeATextLongWithoutEndAreRefused() throws IOException {
    String twice = "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"aa\"}";
    assertRefused(with("normalizer", sequence("normalizers", twice, 34)), "64 times longer");
    String again = "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}";
    String template =
        "{\"type\":\"TemplateProcessing\",\"single\":[%s],\"pair\":[],\"special_tokens\":{}}"
            .formatted(String.join(",", Collections.nCopies(9, again)));
    assertRefused(with("post_processor", sequence("processors", template, 2)), "64 times longer");
  }

  @Test
  void addedTokensAreOfTheSizesOfTokens() throws IOException {
    String token = "{\"id\":1,\"content\":\"%s\"}";
    assertRefused(
        with("added_tokens", "[" + token.formatted("a".repeat(300)) + "]"), "content of 1 to 256");
    String many = String.join(",", Collections.nCopies(20_001, token.formatted("a")));
    assertRefused(with("added_tokens", "[" + many + "]"), "at most 20000");
  }

  @Test
  void aPartOrItsFieldIsThereOnce() throws IOException {
    assertRefused(written(tiny().replaceFirst("\\{", "{\"decoder\":null,")), "occurs twice");
    String type = "\"type\": \"TemplateProcessing\"";
    assertRefused(written(tiny().replace(type, "\"type\":\"x\"," + type)), "uplicate");
  }

  @Test
  void brokenJsonIsRefusedWhereverItBreaks() throws IOException {
    assertRefused(written(tiny().replace("\"decoders\":", "\"decoders\"")), "a colon");
    assertRefused(written(tiny().replace("\"decoders\":", "\"decoders\";")), "';'");
  }

  @Test
  void aFileWithoutAModelIsRefused() throws IOException {
    assertRefused(written("{\"version\":\"1.0\"}"), "the field model is missing");
    assertRefused(written("[]"), "an object");
  }

  private static Stream<Path> tokenizers() throws IOException {
    try (Stream<Path> all = Files.walk(ReferenceFiles.path("pipelines"))) {
      return all.filter(file -> file.endsWith("tokenizer.json")).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void theTokenizersOfTheReferencePass(Path file) {
    assertThatCode(() -> TokenizerCheck.require(file)).doesNotThrowAnyException();
  }

  @Test
  void partsMayBeLeftOut() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.load(with("decoder", "null"))) {
      assertThat(tokenizer.encode("a cat")).isNotEmpty();
    }
  }
}
