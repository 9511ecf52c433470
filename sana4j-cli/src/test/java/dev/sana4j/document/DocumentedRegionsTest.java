package dev.sana4j.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Blocks of pages that are copies of source files, such as {@code java from PATH#REGION}. A region
 * lies between the comments {@code tag::REGION[]} and {@code end::REGION[]}.
 *
 * <p>The system property {@code sana4j.docs.write=true} writes the regions into the pages.
 */
class DocumentedRegionsTest {
  private static final boolean WRITE = Boolean.getBoolean("sana4j.docs.write");

  /** Returns the lines of a region without the indentation that they share. */
  static String region(List<String> lines, String name) {
    List<String> region = new ArrayList<>();
    boolean inside = false;
    for (String line : lines) {
      if (line.contains("end::" + name + "[]")) {
        inside = false;
      }
      if (inside) {
        region.add(line);
      }
      if (line.contains("tag::" + name + "[]")) {
        inside = true;
      }
    }
    return String.join("\n", region).stripTrailing().stripIndent() + "\n";
  }

  private static String origin(String origin) throws IOException {
    String[] parts = origin.split("#", 2);
    return region(Files.readAllLines(MarkdownPages.ROOT.resolve(parts[0])), parts[1]);
  }

  @TestFactory
  List<DynamicTest> everyCopyIsUpToDate() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path page : MarkdownPages.forUsers()) {
      for (MarkdownPages.Fence fence : MarkdownPages.fences(page)) {
        if (fence.origin().isPresent()) {
          String source = origin(fence.origin().get());
          if (WRITE) {
            write(page, fence, source);
          }
          tests.add(
              DynamicTest.dynamicTest(
                  fence.toString(),
                  () -> assertThat(text(page, fence)).isNotBlank().isEqualTo(source)));
        }
      }
    }
    return tests;
  }

  private static String text(Path page, MarkdownPages.Fence fence) {
    return MarkdownPages.fences(page).stream()
        .filter(other -> other.info().equals(fence.info()))
        .findFirst()
        .orElseThrow()
        .text();
  }

  private static void write(Path page, MarkdownPages.Fence fence, String source)
      throws IOException {
    String start = "```" + fence.info() + "\n";
    Files.writeString(
        page,
        MarkdownPages.text(page).replace(start + fence.text() + "```", start + source + "```"));
  }

  @Test
  void aRegionHasNoIndentationOfItsFile() {
    List<String> lines = List.of("a", "  // tag::x[]", "  b {", "    c", "  }", "  // end::x[]");

    assertThat(region(lines, "x")).isEqualTo("b {\n  c\n}\n");
  }
}
