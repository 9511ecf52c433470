package dev.sana4j.emoji.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.folder.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedModelTest {
  private static final PackedModel SMALL = new PackedModel(PackedModelTest.class, "small", "small");

  @TempDir private Path cache;

  @Test
  void filesAreLaidOutOnceInAFolderNamedByTheirHash() throws IOException {
    Path below = cache.resolve("made/on/the/way");
    Path folder = SMALL.unpack(below);

    assertThat(folder.getFileName().toString()).matches("small-[0-9a-f]{16}");
    assertThat(folder.resolve("index.json")).hasContent("{}");
    assertThat(folder.resolve("part/weights")).hasContent("numbers");
    Files.delete(folder.resolve("index.json"));
    assertThat(SMALL.unpack(below)).isEqualTo(folder);
    assertThat(folder.resolve("index.json")).doesNotExist();
  }

  @Test
  void severalCanComeForItAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Path>> found =
          IntStream.range(0, 32).mapToObj(i -> threads.submit(() -> SMALL.unpack(cache))).toList();
      for (Future<Path> folder : found) {
        assertThat(folder.get().resolve("part/weights")).hasContent("numbers");
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(names(cache)).hasSize(1);
  }

  @Test
  void filesThatAreNotItsOwnAreThoseOfTheModelItSharesThemWith() {
    Path folder = new PackedModel(PackedModelTest.class, "sharing", "small").unpack(cache);

    assertThat(folder.getFileName().toString()).startsWith("sharing-");
    assertThat(folder.resolve("index.json")).hasContent("[]");
    assertThat(folder.resolve("part/weights")).hasContent("numbers");
  }

  @Test
  void aDamagedFileIsRefusedAndNothingIsLeft() throws IOException {
    PackedModel damaged = new PackedModel(PackedModelTest.class, "damaged", "damaged");

    assertThatThrownBy(() -> damaged.unpack(cache))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("part/weights is damaged");
    assertThat(names(cache)).isEmpty();
  }

  @Test
  void aFolderThatCannotBeMadeIsRefusedWithTheWayOut() throws IOException {
    Path file = Files.writeString(cache.resolve("file"), "");

    assertThatThrownBy(() -> SMALL.unpack(file.resolve("below")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("file")
        .hasMessageContaining("SANA4J_CACHE");
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString()).toList();
    }
  }
}
