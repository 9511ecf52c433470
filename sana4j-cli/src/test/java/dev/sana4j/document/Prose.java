package dev.sana4j.document;

import dev.sana4j.architecture.ApiTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The words that users read: Markdown, string literals, the page, and the Javadoc of the API. */
final class Prose {
  /** Comments, characters and string literals of Java and JavaScript. */
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?s)/\\*.*?\\*/|//[^\\n]*|'(?:\\\\.|[^'\\\\\\n])*'|`(?:\\\\.|[^`\\\\])*`"
              + "|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"");

  private static final Pattern INLINE_CODE = Pattern.compile("`[^`\\n]+`|\\{@code [^}]*\\}");

  private Prose() {}

  /**
   * A piece of text.
   *
   * @param file where it is
   * @param line the line it begins in, from 1
   * @param text without code
   */
  record Piece(Path file, int line, String text) {
    /** Returns the place of a match in the text. */
    String place(MatchResult match) {
      long lines = text.substring(0, match.start()).chars().filter(c -> c == '\n').count();
      return MarkdownPages.ROOT.relativize(file) + ":" + (line + lines);
    }
  }

  /** Returns the files with words for users: main sources, the page and its description. */
  static List<Path> sources() {
    try (Stream<Path> files = Files.walk(MarkdownPages.ROOT)) {
      return files
          .filter(file -> file.toString().matches(".*/sana4j-[\\w-]+/src/main/.*"))
          .filter(file -> file.toString().matches(".*\\.(java|js|html|json)"))
          .filter(file -> !file.toString().matches(".*/(sprites|tokenizer)/.*"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the pieces of all sources and pages. */
  static List<Piece> pieces() {
    List<Piece> pieces = new ArrayList<>();
    for (Path page : MarkdownPages.all()) {
      if (page.endsWith("glossary.md")) {
        continue; // it lists the words to avoid
      }
      pieces.add(new Piece(page, 1, withoutCode(MarkdownPages.withoutFences(page))));
    }
    for (Path source : sources()) {
      String text = MarkdownPages.text(source);
      if (source.toString().matches(".*\\.(java|js)")) {
        pieces.addAll(words(source, text));
      } else {
        pieces.add(new Piece(source, 1, text));
      }
    }
    return pieces;
  }

  private static List<Piece> words(Path source, String text) {
    List<Piece> pieces = new ArrayList<>();
    Matcher token = TOKEN.matcher(text);
    int line = 1;
    int counted = 0;
    while (token.find()) {
      line += (int) text.substring(counted, token.start()).chars().filter(c -> c == '\n').count();
      counted = token.start();
      if (!token.group().startsWith("/") || isApi(source)) {
        pieces.add(new Piece(source, line, withoutCode(token.group())));
      }
    }
    return pieces;
  }

  private static boolean isApi(Path source) {
    String name = source.toString();
    int start = name.indexOf("/src/main/java/");
    return start >= 0
        && ApiTest.API_PACKAGES.contains(
            name.substring(start + "/src/main/java/".length(), name.lastIndexOf('/'))
                .replace('/', '.'));
  }

  /** Replaces code by a letter, so that a sentence stays one. */
  private static String withoutCode(String text) {
    return INLINE_CODE.matcher(text).replaceAll("X");
  }
}
