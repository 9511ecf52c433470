package dev.sana4j.document;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Markdown files of the project. */
final class MarkdownPages {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  static final Path DOCS = ROOT.resolve("docs");

  private static final Pattern FENCE = Pattern.compile("(?ms)^```([^\\n]*)\\n(.*?)^```$");

  private MarkdownPages() {}

  /**
   * A fenced block.
   *
   * @param page the file
   * @param line the line of its first fence, from 1
   * @param info what follows the three backticks: the language, and perhaps a remark
   * @param text the lines between the fences
   */
  record Fence(Path page, int line, String info, String text) {
    String language() {
      return info.split(" ", -1)[0];
    }

    /** Returns the file and the region that the text is a copy of, as {@code PATH#REGION}. */
    Optional<String> origin() {
      String[] words = info.split(" ", -1);
      return words.length == 3 && words[1].equals("from")
          ? Optional.of(words[2])
          : Optional.empty();
    }

    @Override
    public String toString() {
      return ROOT.relativize(page) + ":" + line;
    }
  }

  /** Returns the pages of {@code docs} and the README, in the order of their names. */
  static List<Path> forUsers() {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    pages.addAll(markdown(DOCS));
    return pages;
  }

  /** Returns every page, those of modules and tools too. */
  static List<Path> all() {
    List<Path> pages = new ArrayList<>();
    for (Path entry : entries(ROOT)) {
      String name = String.valueOf(entry.getFileName());
      if (name.endsWith(".md")) {
        pages.add(entry);
      } else if (name.equals("docs") || name.equals("tools") || name.startsWith("sana4j-")) {
        pages.addAll(markdown(entry));
      }
    }
    return pages;
  }

  private static List<Path> entries(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> markdown(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !file.toString().matches(".*/(target|node_modules)/.*"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Fence> fences(Path page) {
    List<Fence> fences = new ArrayList<>();
    String text = text(page);
    Matcher matcher = FENCE.matcher(text);
    while (matcher.find()) {
      int line = (int) text.substring(0, matcher.start()).lines().count() + 1;
      fences.add(new Fence(page, line, matcher.group(1).strip(), matcher.group(2)));
    }
    return fences;
  }

  /** Returns a page with its fenced blocks replaced by empty lines, so that lines keep numbers. */
  static String withoutFences(Path page) {
    return FENCE.matcher(text(page)).replaceAll(found -> found.group().replaceAll("[^\\n]", ""));
  }
}
