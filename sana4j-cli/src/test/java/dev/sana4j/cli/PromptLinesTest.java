package dev.sana4j.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.pipeline.request.RequestException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptLinesTest {
  private static PromptLines lines(byte[] bytes) {
    return new PromptLines(new ByteArrayInputStream(bytes), null);
  }

  /** Returns the number and the prompt of each line, or why it is refused. */
  private static List<String> read(PromptLines lines) throws IOException {
    List<String> read = new ArrayList<>();
    try (lines) {
      for (Supplier<PromptLine> line = lines.next(); line != null; line = lines.next()) {
        try {
          read.add(line.get().number() + " " + line.get().prompt());
        } catch (RequestException e) {
          read.add(lines.number() + "! " + e.getMessage());
        }
      }
    }
    return read;
  }

  private static List<String> read(String text) throws IOException {
    return read(lines(text.getBytes(UTF_8)));
  }

  @Test
  void eachLineThatIsNotBlankIsAPrompt() throws IOException {
    assertThat(read("a cat\n\n  \t\n 一只猫 🐱 \r\na dog"))
        .containsExactly("1 a cat", "4 一只猫 🐱", "5 a dog");
    assertThat(read("\n\n")).isEmpty();
    assertThat(read("")).isEmpty();
  }

  @Test
  void aByteOrderMarkIsSkipped() throws IOException {
    assertThat(read("\uFEFFa cat\na dog")).containsExactly("1 a cat", "2 a dog");
  }

  @Test
  void anObjectInTheFirstLineMakesAllLinesObjects() throws IOException {
    assertThat(read("\n{\"prompt\": \"a cat\"}\na dog\n{\"prompt\": \"a fox\"}"))
        .satisfiesExactly(
            first -> assertThat(first).isEqualTo("2 a cat"),
            second -> assertThat(second).startsWith("3! not valid JSON"),
            third -> assertThat(third).isEqualTo("4 a fox"));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {"a.jsonl, true", "a.ndjson, true", "a.txt, false", "a, null"})
  void theNameOfAFileMayAnnounceTheKind(String file, Boolean isJson) {
    assertThat(PromptLines.isJson(file)).isEqualTo(isJson);
  }

  @Test
  void aTextFileMayBeginWithABrace() throws IOException {
    byte[] text = "{a cat}".getBytes(UTF_8);
    assertThat(read(new PromptLines(new ByteArrayInputStream(text), false)))
        .containsExactly("1 {a cat}");
  }

  @Test
  void aDamagedLineDoesNotEndTheOthers() throws IOException {
    assertThat(read(lines("a\n\u00ff\nb".getBytes(ISO_8859_1))))
        .containsExactly("1 a", "2! the line is not valid UTF-8", "3 b");
  }

  @Test
  void aLineThatIsTooLongIsSkippedWithoutKeepingIt() throws IOException {
    String longest = "x".repeat(PromptLines.MOST_BYTES);
    assertThat(read(longest + "\n" + longest + "y\nb"))
        .containsExactly(
            "1 " + longest,
            "2! the line is longer than " + PromptLines.MOST_BYTES + " bytes",
            "3 b");
  }

  @Test
  void anEndlessListIsRefused() throws IOException {
    InputStream blank =
        new InputStream() {
          @Override
          public int read() {
            return '\n';
          }

          @Override
          public int read(byte[] bytes, int from, int count) {
            Arrays.fill(bytes, from, from + count, (byte) '\n');
            return count;
          }
        };
    try (PromptLines lines = new PromptLines(blank, null)) {
      assertThatThrownBy(() -> Objects.requireNonNull(lines.next()))
          .isInstanceOf(RequestException.class)
          .hasMessageContaining("more than 1000000 lines");
    }
  }
}
