package dev.sana4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Files written by Python's safetensors and diffusers are all accepted. */
class ReferenceFilesTest {
  private static final Path REFERENCE =
      Path.of(
          System.getProperty("sana4j.reference", "../sana4j-verify/src/test/resources/reference"));

  @Test
  void everySafetensorsFileParses() throws IOException {
    List<Path> files = filesEndingIn(".safetensors");

    assertThat(files).isNotEmpty();
    for (Path file : files) {
      SafetensorsHeader header = SafetensorsHeader.read(file);
      assertThat(header.entries()).as("%s", file).isNotEmpty();
      assertThat(header.fileSize()).isEqualTo(Files.size(file));
    }
  }

  @Test
  void everyConfigParses() throws IOException {
    List<Path> files = filesEndingIn("config.json");

    assertThat(files).isNotEmpty();
    for (Path file : files) {
      assertThat(ConfigFile.read(file).keys()).as("%s", file).isNotEmpty();
    }
  }

  private static List<Path> filesEndingIn(String suffix) throws IOException {
    assumeTrue(Files.isDirectory(REFERENCE), () -> "no reference folder at " + REFERENCE);
    try (Stream<Path> files = Files.walk(REFERENCE)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }
}
