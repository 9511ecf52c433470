package dev.sana4j.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the Maven modules and their classes with the POMs and the documents. */
class ModulesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static List<String> found(String pattern, Path file) throws IOException {
    return Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(Files.readString(file))
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }

  /** Returns the folders of the modules; those of the natives have one parent. */
  private static List<String> modules() throws IOException {
    return found("<module>([^/]*?)</module>", ROOT.resolve("pom.xml"));
  }

  /**
   * Without a module name, Java derives it from the file name of the jar; two equal names conflict.
   */
  @Test
  void everyJarHasItsOwnModuleName() throws IOException {
    List<String> names = new ArrayList<>();
    for (String module : modules()) {
      Path pom = ROOT.resolve(module).resolve("pom.xml");
      if (!Files.readString(pom).contains("<packaging>pom<")) {
        List<String> name = found("<module.name>(.*?)<", pom);
        assertThat(name).as(module).hasSize(1);
        names.addAll(name);
      }
    }
    assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.startsWith("dev.sana4j"));
  }

  @Test
  void theArchitectureDocumentListsEveryModule() throws IOException {
    assertThat(
            found(
                "^((?:sana4j|natives)[a-z0-9-]*) ",
                ROOT.resolve("docs/explanation/architecture.md")))
        .containsExactlyInAnyOrderElementsOf(modules());
  }

  /** Pages that name classes, which may be renamed or moved. */
  @Test
  void everyClassThatAPageNamesExists() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String page :
        List.of("docs/explanation/architecture.md", "CONTRIBUTING.md", "SECURITY.md")) {
      pages.add(ROOT.resolve(page));
    }
    try (Stream<Path> decisions = Files.list(ROOT.resolve("docs/adr"))) {
      decisions.sorted().forEach(pages::add);
    }
    Set<String> classes = classes();
    for (Path page : pages) {
      assertThat(classes)
          .as(page.toString())
          .containsAll(found("`([A-Z][a-z]+[A-Z][A-Za-z0-9]*)[`.<]", page));
    }
  }

  private static Set<String> classes() throws IOException {
    Set<String> names = new HashSet<>();
    for (String module : modules()) {
      for (String folder : List.of("src/main/java", "src/test/java")) {
        Path sources = ROOT.resolve(module).resolve(folder);
        if (Files.isDirectory(sources)) {
          try (Stream<Path> files = Files.walk(sources)) {
            files
                .map(file -> String.valueOf(file.getFileName()))
                .forEach(name -> names.add(name.replaceFirst("\\.java$", "")));
          }
        }
      }
    }
    return names;
  }
}
