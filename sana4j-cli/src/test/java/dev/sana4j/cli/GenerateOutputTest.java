package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An output that cannot be written prints one line, exits with status 2 and leaves the folder
 * unchanged.
 */
class GenerateOutputTest {
  @TempDir private Path folder;

  private void refused(String because, Object... arguments) throws IOException {
    Map<Path, String> before = Run.contents(folder);
    Run.sana(arguments).isRefused(because);
    assertThat(Run.contents(folder)).isEqualTo(before);
  }

  @Test
  void anOutputInAMissingFolderIsRefused() throws IOException {
    Path file = folder.resolve("no/such/folder/cat.png");
    refused("does not exist", Models.generate(Models.SANA, "a cat", "-o", file));
  }

  @Test
  void anOutputBelowAFileIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "mine").resolve("cat.png");
    refused("not a folder", Models.generate(Models.SANA, "a cat", "-o", file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void aFolderAsOutputIsRefused(String count) throws IOException {
    Path target = Files.createDirectory(folder.resolve("folder"));
    refused("folder", Models.generate(Models.SANA, "a cat", "-o", target, "--count", count));
    Path root = folder.getRoot();
    refused("", Models.generate(Models.SANA, "a cat", "-o", root, "--count", count));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cat.gif", "cat", "cat.", ".png.txt", "png"})
  void anUnknownExtensionIsRefused(String name) throws IOException {
    for (int count : new int[] {1, 2}) {
      refused(
          "end it in .png, .jpg or .webp",
          Models.generate(Models.SANA, "a cat", "-o", folder.resolve(name), "--count", count));
    }
  }

  @Test
  void anExistingOutputIsKept() throws IOException {
    Path file = Files.writeString(folder.resolve("cat.png"), "mine");
    refused("--overwrite", Models.generate(Models.SANA, "a cat", "-o", file));
  }

  @Test
  void oneExistingOutputOfSeveralIsKeptAndTheOthersAreNotMade() throws IOException {
    Files.writeString(folder.resolve("cat-2.png"), "mine");
    refused(
        "cat-2.png exists",
        Models.generate(Models.SANA, "a cat", "-o", folder.resolve("cat.png"), "--count", 3));
  }
}
