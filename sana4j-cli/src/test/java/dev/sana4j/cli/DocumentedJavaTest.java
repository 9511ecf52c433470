package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

/** The Java of the README and of the pages in docs compiles as it stands there. */
class DocumentedJavaTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\R(.*?)^```");
  private static final String IMPORTS =
      Stream.of(
              "dev.sana4j.convert",
              "dev.sana4j.emoji.model",
              "dev.sana4j.emoji.scene",
              "dev.sana4j.folder",
              "dev.sana4j.hub",
              "dev.sana4j.image",
              "dev.sana4j.pipeline",
              "dev.sana4j.pipeline.request",
              "dev.sana4j.tensor",
              "java.nio.file",
              "java.util")
          .map(name -> "import " + name + ".*;\n")
          .reduce("", String::concat);

  @TempDir private Path folder;

  /** Source of one block, as the body of a method. */
  private static final class Source extends SimpleJavaFileObject {
    private final String body;

    Source(String body) {
      super(URI.create("string:///Documented.java"), Kind.SOURCE);
      this.body = body;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return IMPORTS
          + "class Documented { void run(long seed, int n) throws Exception {\n"
          + body
          + "} }\n";
    }
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  private static List<String> blocks(Path page) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(Files.readString(page));
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    return blocks;
  }

  @Test
  void theReadmeShowsHowEveryKindOfTaskIsAskedFor() throws IOException {
    String readme = String.join("\n", blocks(ROOT.resolve("README.md")));
    assertThat(readme)
        .contains("Task.imageToImage(", "Task.inpaint(", "Task.upscale(", "Task.control(");
  }

  @TestFactory
  List<DynamicTest> everyBlockCompiles() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path page : pages()) {
      for (String block : blocks(page)) {
        String name = ROOT.relativize(page) + ": " + block.lines().findFirst().orElse("");
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
