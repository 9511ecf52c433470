package dev.sana4j.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The pages that are generated from the code; {@code -Dsana4j.docs.write=true} writes them. */
class ReferenceDocumentsTest {
  private static final Map<String, Supplier<String>> PAGES =
      Map.of(
          "cli.md", CommandReference::markdown,
          "configs.md", ConfigReference::markdown,
          "http.md", HttpReference::markdown,
          "java.md", JavaReference::markdown);

  @TestFactory
  Stream<DynamicTest> everyPageIsWhatTheCodeSays() {
    return PAGES.entrySet().stream()
        .map(page -> DynamicTest.dynamicTest(page.getKey(), () -> check(page)));
  }

  private static void check(Map.Entry<String, Supplier<String>> page) throws IOException {
    Path file = MarkdownPages.DOCS.resolve("reference").resolve(page.getKey());
    String text = page.getValue().get();
    if (Boolean.getBoolean("sana4j.docs.write")) {
      Files.writeString(file, text);
    }
    assertThat(file).as("run the test with -Dsana4j.docs.write=true").hasContent(text);
  }
}
