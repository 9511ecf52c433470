package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With {@code -Dsana4j.docs.write=true} the test rewrites the tables of docs/training.md. */
class TrainingDocumentTest {
  private static final Path DOCUMENT = Path.of("../docs/training.md");

  @ParameterizedTest
  @MethodSource("dev.sana4j.cli.TrainingCommandTest#kinds")
  void theTableOfKeysIsThatOfTheRecipe(TrainingKind<?> kind) throws IOException {
    String document = Files.readString(DOCUMENT);
    String start = "<!-- keys of sana " + kind.verb() + " -->\n";
    assertThat(document).contains(start);
    int from = document.indexOf(start) + start.length();
    int to = document.indexOf("<!-- end of keys -->", from);
    String table = Recipe.markdown(kind.recipe());
    if (Boolean.getBoolean("sana4j.docs.write")) {
      Files.writeString(DOCUMENT, document.substring(0, from) + table + document.substring(to));
    } else {
      assertThat(document.substring(from, to)).isEqualTo(table);
    }
  }
}
