package dev.sana4j.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelPathsTest {
  @TempDir private Path temporary;

  /**
   * A key that accepts models, and one that accepts only folders.
   *
   * @param start a model
   * @param folder any folder
   */
  private record Named(
      @Key(doc = "A model.", model = true) Path start, @Key(doc = "A folder.") Path folder) {}

  private Named named(String yaml) {
    ModelPaths models =
        name -> name.startsWith("org/") ? Optional.of(temporary.resolve("hub")) : Optional.empty();
    return Recipe.parse(yaml, temporary, Named.class, List.of(), models);
  }

  @Test
  void aModelMayHaveANameWhereAnotherPathMayNot() {
    Named read = named("start: org/name@main\nfolder: org/name");
    assertThat(read.start()).isEqualTo(temporary.resolve("hub"));
    assertThat(read.folder()).isEqualTo(temporary.resolve("org/name"));
  }

  @Test
  void aFolderComesBeforeTheNameOfAModel() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("org/name"));
    assertThat(named("start: org/name\nfolder: x").start()).isEqualTo(folder);
  }

  @Test
  void whatIsNoNameOfAModelIsAPath() {
    assertThat(named("start: missing\nfolder: x").start()).isEqualTo(temporary.resolve("missing"));
  }
}
