package dev.sana4j.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Links between pages lead to files and headings that exist, and the index lists every page. */
class LinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.*)$");

  @Test
  void everyLinkLeadsSomewhere() {
    List<String> broken = new ArrayList<>();
    for (Path page : MarkdownPages.all()) {
      Matcher link = LINK.matcher(MarkdownPages.withoutFences(page));
      while (link.find()) {
        if (!link.group(1).matches("[a-z]+:.*") && !exists(page, link.group(1))) {
          broken.add(MarkdownPages.ROOT.relativize(page) + ": " + link.group(1));
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void theIndexListsEveryPage() {
    Path index = MarkdownPages.DOCS.resolve("index.md");
    Set<Path> listed = new HashSet<>(Set.of(index));
    Matcher link = LINK.matcher(MarkdownPages.text(index));
    while (link.find()) {
      listed.add(target(index, link.group(1)));
    }
    assertThat(listed)
        .containsAll(
            MarkdownPages.forUsers().stream()
                .filter(page -> page.startsWith(MarkdownPages.DOCS))
                .filter(page -> !page.startsWith(MarkdownPages.DOCS.resolve("adr")))
                .toList());
  }

  @Test
  void everyPageSaysFirstWhoItIsFor() {
    for (Path page : MarkdownPages.forUsers()) {
      if (page.startsWith(MarkdownPages.DOCS)
          && !page.startsWith(MarkdownPages.DOCS.resolve("adr"))) {
        assertThat(MarkdownPages.text(page).lines().toList())
            .as(page.toString())
            .hasSizeGreaterThan(2)
            .satisfies(lines -> assertThat(lines.get(0)).startsWith("# "))
            .satisfies(lines -> assertThat(lines.get(2)).startsWith("For "));
      }
    }
  }

  @Test
  void namesOfPagesInHelpAndCommentsExist() {
    List<String> missing = new ArrayList<>();
    Pattern name = Pattern.compile("(?<!/)\\bdocs/[\\w/-]+\\.md");
    for (Path source : Prose.sources()) {
      Matcher named = name.matcher(MarkdownPages.text(source));
      while (named.find()) {
        if (!Files.exists(MarkdownPages.ROOT.resolve(named.group()))) {
          missing.add(MarkdownPages.ROOT.relativize(source) + ": " + named.group());
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  private static Path target(Path page, String link) {
    String file = link.replaceFirst("#.*", "");
    return file.isEmpty() ? page : page.resolveSibling(file).normalize();
  }

  private static boolean exists(Path page, String link) {
    Path file = target(page, link);
    int hash = link.indexOf('#');
    return Files.exists(file) && (hash < 0 || anchors(file).contains(link.substring(hash + 1)));
  }

  /** Returns the anchors of a page's headings, as GitHub makes them. */
  private static Set<String> anchors(Path page) {
    Map<String, Integer> seen = new HashMap<>();
    Set<String> anchors = new HashSet<>();
    Matcher heading = HEADING.matcher(MarkdownPages.withoutFences(page));
    while (heading.find()) {
      String anchor =
          heading
              .group(1)
              .strip()
              .replaceAll("\\[([^]]*)\\]\\([^)]*\\)", "$1")
              .toLowerCase(Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{N} _-]", "")
              .replace(' ', '-');
      int before = seen.merge(anchor, 1, Integer::sum) - 1;
      anchors.add(before == 0 ? anchor : anchor + "-" + before);
    }
    return anchors;
  }
}
