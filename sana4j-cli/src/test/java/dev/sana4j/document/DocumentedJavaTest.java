package dev.sana4j.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.architecture.ApiTest;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles the Java code of the README and of the pages in docs with the imports that it shows.
 * Copies of source files are compiled where they come from, see {@link DocumentedRegionsTest}.
 */
class DocumentedJavaTest {
  private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?([\\w.]+);\\R");

  @TempDir private Path folder;

  /** Source of one block: a whole class, or its imports and the body of a method. */
  private static final class Source extends SimpleJavaFileObject {
    private final String content;

    Source(String block) {
      super(URI.create("string:///" + name(block) + ".java"), Kind.SOURCE);
      content =
          block.contains("class ")
              ? block
              : String.join("", IMPORT.matcher(block).results().map(MatchResult::group).toList())
                  + "class Documented { void run() throws Exception {\n"
                  + IMPORT.matcher(block).replaceAll("")
                  + "} }\n";
    }

    private static String name(String block) {
      Matcher matcher = Pattern.compile("class (\\w+)").matcher(block);
      return matcher.find() ? matcher.group(1) : "Documented";
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return content;
    }
  }

  private static List<String> blocks(Path page) {
    return MarkdownPages.fences(page).stream()
        .filter(fence -> fence.language().equals("java") && fence.origin().isEmpty())
        .map(MarkdownPages.Fence::text)
        .toList();
  }

  @Test
  void thePageForJavaHasAnExampleOfEveryTask() {
    String examples = String.join("\n", blocks(MarkdownPages.DOCS.resolve("how-to/java.md")));
    assertThat(examples)
        .contains("Task.imageToImage(", "Task.inpaint(", "Task.upscale(", "Task.control(");
  }

  @Test
  void everyImportIsOfTheApiOrTheJdk() {
    for (Path page : MarkdownPages.forUsers()) {
      assertThat(
              blocks(page).stream()
                  .flatMap(block -> IMPORT.matcher(block).results())
                  .map(match -> match.group(1))
                  .filter(name -> !name.startsWith("java."))
                  .map(name -> name.substring(0, name.lastIndexOf('.'))))
          .as(page.toString())
          .isSubsetOf(ApiTest.API_PACKAGES);
    }
  }

  @TestFactory
  List<DynamicTest> everyBlockCompiles() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path page : MarkdownPages.forUsers()) {
      for (String block : blocks(page)) {
        String name =
            MarkdownPages.ROOT.relativize(page) + ": " + block.lines().findFirst().orElse("");
        tests.add(DynamicTest.dynamicTest(name, () -> assertThat(errors(block)).isEmpty()));
      }
    }
    return tests;
  }

  private List<String> errors(String block) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var found = new DiagnosticCollector<JavaFileObject>();
    List<String> options =
        List.of(
            "-d", folder.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
    compiler.getTask(null, null, found, options, null, List.of(new Source(block))).call();
    return found.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .map(Object::toString)
        .toList();
  }
}
