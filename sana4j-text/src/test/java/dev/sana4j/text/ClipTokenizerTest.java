package dev.sana4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sana verify} compares the ids with those of the reference. */
class ClipTokenizerTest {
  private static final int START = 0;
  private static final int END = 1;

  @TempDir Path folder;

  private static ClipTokenizer reference() {
    return ClipTokenizer.read(ReferenceFiles.path("clip/model"));
  }

  /** Writes the vocabulary of the reference as older models have it. */
  private void writeOlderFiles() throws IOException {
    JsonNode model = ReferenceFiles.json("clip/model/tokenizer.json").get("model");
    Files.writeString(folder.resolve("vocab.json"), model.get("vocab").toString());
    StringBuilder merges = new StringBuilder("#version: 0.2\n");
    for (JsonNode merge : model.get("merges")) {
      merges.append(
          merge.isArray() ? merge.get(0).asText() + " " + merge.get(1).asText() : merge.asText());
      merges.append('\n');
    }
    Files.writeString(folder.resolve("merges.txt"), merges);
  }

  @Test
  void olderFilesGiveTheSameIds() throws IOException {
    writeOlderFiles();
    String text = "A photo of TWO cats, don't   it's 12 CAFÉ 猫 🐱";
    assertThat(ClipTokenizer.read(folder).encode(text, 60))
        .containsExactly(reference().encode(text, 60));
  }

  @Test
  void anEmptyTextIsStartAndEnd() {
    assertThat(reference().encode("", 4)).containsExactly(START, END, END, END);
  }

  @Test
  void aLongTextKeepsTheEndToken() {
    assertThat(reference().encode("cat ".repeat(100), 5))
        .hasSize(5)
        .startsWith(START)
        .endsWith(END);
  }

  @Test
  void caseAndSpacesDoNotMatter() {
    assertThat(reference().encode(" A\u00A0 Cat\n", 20))
        .containsExactly(reference().encode("a cat", 20));
  }

  @Test
  void eachCharacterIsConvertedToLowerCaseByItself() {
    assertThat(reference().encode("\u039F\u03A3", 20))
        .containsExactly(reference().encode("\u03BF\u03C3", 20));
  }

  @Test
  void specialTokensInATextKeepTheirMeaning() {
    assertThat(reference().encode("<|endoftext|>", 4)).containsExactly(START, END, END, END);
  }

  @Test
  void aVeryLongWordTakesLittleTime() {
    String word = "abcdefghij".repeat(ClipTokenizer.MAX_CHARS / 10);
    assertThat(reference().encode(word, 77)).hasSize(77);
  }

  @Test
  void refusesATextThatIsTooLong() {
    String text = "a".repeat(ClipTokenizer.MAX_CHARS + 1);
    assertThatThrownBy(() -> reference().encode(text, 77))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("at most 100000");
  }

  @Test
  void refusesAFolderWithoutTokenizer() {
    assertThatThrownBy(() -> ClipTokenizer.read(folder))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("expected tokenizer.json, or vocab.json and merges.txt");
  }

  @Test
  void refusesTheTokenizerOfAnotherModel() throws IOException {
    Path other = ReferenceFiles.path("pipelines/tiny-sana/tokenizer/tokenizer.json");
    Files.copy(other, folder.resolve("tokenizer.json"));
    assertThatThrownBy(() -> ClipTokenizer.read(folder))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("is not a CLIP tokenizer");
  }

  @Test
  void refusesAMergeThatIsNoPair() throws IOException {
    Files.writeString(folder.resolve("vocab.json"), "{\"a\": 0}");
    Files.writeString(folder.resolve("merges.txt"), "a b c\n");
    assertThatThrownBy(() -> ClipTokenizer.read(folder))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("is not a pair of tokens");
  }

  @Test
  void refusesDamagedJson() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": ");
    assertThatThrownBy(() -> ClipTokenizer.read(folder))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("not valid JSON");
  }
}
