package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The written files are tested in the module that writes them. */
class QuantizeCommandTest {
  @TempDir private Path folder;

  @Test
  void aQuantizedModelIsInspectedAndNotQuantizedAgain() {
    Path small = folder.resolve("small");
    assertThat(Run.sana("quantize", "emoji", "-o", small).succeeds().out())
        .contains(small.toString());
    assertThat(Run.sana("inspect", small).succeeds().out()).contains("I8");
    Run.sana("quantize", small, "-o", folder.resolve("smaller")).isRefused("already quantized");
  }

  @Test
  void nothingThatExistsIsReplaced() throws IOException {
    Path mine = Files.writeString(folder.resolve("model"), "mine");
    Run.sana("quantize", "emoji", "-o", mine).isRefused("model exists");
    assertThat(mine).hasContent("mine");
  }

  @Test
  void modelAndFolderMustBeNamed() {
    Run.sana("quantize", "-o", folder.resolve("model")).isRefused("MODEL");
    Run.sana("quantize", "emoji").isRefused("--output");
  }
}
