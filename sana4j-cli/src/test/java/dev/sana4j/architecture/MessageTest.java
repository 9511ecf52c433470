package dev.sana4j.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Checks that string literals of the library contain no options of the command line. Jobs that are
 * command lines themselves are not of the library.
 */
class MessageTest {
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?s)/\\*.*?\\*/|//[^\n]*|'(?:\\\\.|[^'\\\\])'|(\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\])*\")");
  private static final Pattern OPTION = Pattern.compile("(?<![-\\w])--[a-z]");

  @Test
  void noOptionOfTheCommandLineIsInTheLibrary() throws IOException {
    assertThat(sources().flatMap(MessageTest::options)).isEmpty();
  }

  @Test
  void anOptionIsFoundInLiteralsOnly() {
    assertThat(options("int i = --n; // --no\nString s = \"\\\"pass --yes\"; /* \" --no \" */"))
        .containsExactly("\"\\\"pass --yes\"");
  }

  private static Stream<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      return files
          .filter(
              file -> file.toString().matches(".*/sana4j-(?!cli/|bench/)\\w.*/src/main/.*\\.java"))
          .toList()
          .stream();
    }
  }

  private static Stream<String> options(Path file) {
    try {
      return options(Files.readString(file)).stream().map(literal -> file + ": " + literal);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> options(String source) {
    if (source.contains("\nimport picocli.")) {
      return List.of();
    }
    return TOKEN
        .matcher(source)
        .results()
        .map(found -> found.group(1))
        .filter(literal -> literal != null && OPTION.matcher(literal).find())
        .toList();
  }
}
