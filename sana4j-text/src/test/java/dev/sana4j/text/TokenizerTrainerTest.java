package dev.sana4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTrainerTest {
  private static final List<String> CAPTIONS =
      List.of(
          "a red apple",
          "an apple, on a table",
          "Apple pie",
          "the apple 🍎",
          "一个红苹果",
          "红苹果 和 青苹果",
          "🍎 red apple emoji",
          "a smiling face 😀 emoji",
          "grinning face emoji 😀",
          "pineapple 2026");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a red apple, 2 tables & 35 faces",
        "一个红苹果和青苹果",
        "🍎😀 red apple",
        "unseen: Ünïcödé ελ 猫 👩‍👩‍👧‍👦 \u0007 🪿",
        "  two  spaces\nand\tlines ",
        "▁",
        ""
      })
  void anyTextComesBackWithoutAnUnknownToken(String text) throws IOException {
    int size = TokenizerTrainer.train(CAPTIONS.stream(), 512, folder);
    int[] ids = encode(text);
    assertThat(ids[0]).isEqualTo(2);
    assertThat(Arrays.stream(ids).skip(1)).allSatisfy(id -> assertThat(id).isBetween(6, size - 1));
    assertThat(decode(ids)).isEqualTo(text.replace('▁', ' '));
  }

  @Test
  void frequentWordsAreOneToken() {
    TokenizerTrainer.train(CAPTIONS.stream(), 512, folder);
    assertThat(encode("a red apple")).hasSize(1 + 3);
    assertThat(encode("红苹果")).hasSize(1 + 1);
    assertThat(encode("quixotic")).hasSize(1 + 8);
  }

  @Test
  void everyMergeIsUsedByTheTokenizerAsByTheTrainer() throws IOException {
    TokenizerTrainer.train(drawnCaptions(300), 700, folder);
    JsonNode model = json("tokenizer.json").path("model");
    assertThat(model.path("merges").size()).isGreaterThan(200);
    for (JsonNode merge : model.path("merges")) {
      String token = merge.path(0).asText() + merge.path(1).asText();
      assertThat(encode(token.replace('▁', ' ')))
          .as(token)
          .containsExactly(2, model.path("vocab").path(token).asInt());
    }
  }

  @Test
  void tokensStayInsideOfWords() throws IOException {
    TokenizerTrainer.train(Collections.nCopies(50, "cat, dog 2026 3d猫咪").stream(), 512, folder);
    assertThat(tokens(encode("cat, dog 2026 3d猫咪")))
        .containsExactly("<bos>", "cat", ",", "▁dog", "▁2", "0", "2", "6", "▁3", "d", "猫咪");
  }

  @Test
  void theVocabularyHasTheSizeAskedForAndIdsWithoutGaps() throws IOException {
    int size = TokenizerTrainer.train(drawnCaptions(2000), 1000, folder);
    assertThat(size).isEqualTo(1000);
    JsonNode vocabulary = json("tokenizer.json").path("model").path("vocab");
    List<Integer> ids = new ArrayList<>();
    vocabulary.forEach(id -> ids.add(id.asInt()));
    assertThat(ids).isEqualTo(IntStream.range(0, 1000).boxed().toList());
  }

  @Test
  void fewCaptionsGiveFewTokens() {
    assertThat(TokenizerTrainer.train(Stream.of("a cat"), 512, folder)).isLessThan(400);
    assertThat(encode("a cat")).hasSize(1 + 5);
  }

  @Test
  void theSpecialTokensAreGemmas() {
    TokenizerTrainer.train(CAPTIONS.stream(), 512, folder);
    try (Tokenizer tokenizer = Tokenizer.load(folder.resolve("tokenizer.json"))) {
      assertThat(tokenizer.padId()).isZero();
      assertThat(tokenizer.encode("<pad><eos><bos><unk>")).containsExactly(2, 0, 1, 2, 3);
      assertThat(tokenizer.encode("<start_of_turn>a<end_of_turn>")).startsWith(2, 4).endsWith(5);
    }
  }

  @Test
  void theFilesBesideItNameTheSpecialTokens() throws IOException {
    TokenizerTrainer.train(CAPTIONS.stream(), 512, folder);
    for (String file : List.of("tokenizer_config.json", "special_tokens_map.json")) {
      assertThat(json(file).path("pad_token").asText()).isEqualTo("<pad>");
      assertThat(json(file).path("bos_token").asText()).isEqualTo("<bos>");
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(3);
    }
  }

  @Test
  void theSameCaptionsGiveTheSameFile() throws IOException {
    TokenizerTrainer.train(drawnCaptions(500), 2000, folder.resolve("a"));
    TokenizerTrainer.train(drawnCaptions(500), 2000, folder.resolve("b"));
    assertThat(folder.resolve("a/tokenizer.json"))
        .hasSameBinaryContentAs(folder.resolve("b/tokenizer.json"));
  }

  @Test
  void capitalsCountAsSmallLetters() throws IOException {
    TokenizerTrainer.train(Stream.of("BALLOON", "Balloon", "balloon"), 512, folder);
    assertThat(tokens(encode("balloon"))).containsExactly("<bos>", "balloon");
  }

  @Test
  void brokenAndEndlessCaptionsAreSurvived() throws IOException {
    TokenizerTrainer.train(
        Stream.of("a\uD800b", "\uDC00", "", "x".repeat(1_000_000), "\0\0\0", "猫".repeat(100_000)),
        512,
        folder);
    assertThat(decode(encode("xxxx 猫猫"))).isEqualTo("xxxx 猫猫");
  }

  @Test
  void whatCannotBeTrainedIsRefused() {
    assertThatThrownBy(() -> TokenizerTrainer.train(CAPTIONS.stream(), 511, folder))
        .isInstanceOf(TextException.class)
        .hasMessage("the vocabulary size must be 512 to 65536 tokens, but was 511");
    assertThatThrownBy(() -> TokenizerTrainer.train(CAPTIONS.stream(), 65537, folder))
        .isInstanceOf(TextException.class);
    assertThatThrownBy(() -> TokenizerTrainer.train(Stream.of(""), 512, folder))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("no captions");
  }

  /** Captions of made-up words, a few of them frequent. */
  private static Stream<String> drawnCaptions(int count) {
    var random = new Random(7);
    String[] syllables = {"ba", "lo", "ki", "ren", "sto", "猫", "咪", "气球", "🎈", "ei", "t", "um"};
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              var caption = new StringBuilder();
              for (int word = 0; word < 8; word++) {
                var shape = new SplittableRandom((long) Math.abs(random.nextGaussian() * 2000));
                for (int part = 0; part <= 1 + shape.nextInt(4); part++) {
                  caption.append(syllables[shape.nextInt(syllables.length)]);
                }
                caption.append(' ');
              }
              return caption.toString();
            });
  }

  private int[] encode(String text) {
    try (Tokenizer tokenizer = Tokenizer.load(folder.resolve("tokenizer.json"))) {
      return tokenizer.encode(text);
    }
  }

  private List<String> tokens(int[] ids) throws IOException {
    String[] byId = new String[65_536];
    json("tokenizer.json")
        .path("model")
        .path("vocab")
        .properties()
        .forEach(token -> byId[token.getValue().asInt()] = token.getKey());
    return Arrays.stream(ids).mapToObj(id -> byId[id]).toList();
  }

  private String decode(int[] ids) throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (String token : tokens(ids).subList(1, ids.length)) {
      if (token.matches("<0x[0-9A-F]{2}>")) {
        bytes.write(Integer.parseInt(token.substring(3, 5), 16));
      } else {
        bytes.writeBytes(token.getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8).replace('▁', ' ');
  }

  private JsonNode json(String file) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(file).toFile());
  }
}
