package dev.sana4j.measure.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.measure.MeasureException;
import dev.sana4j.measure.objects.Detection.Box;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectionFolderTest {
  @TempDir private Path folder;

  private void write(String json) throws IOException {
    Files.writeString(folder.resolve("a.json"), json);
  }

  private void assertRefused(String because) {
    assertThatThrownBy(() -> new DetectionFolder(folder).of(Path.of("images/a.png")))
        .isInstanceOf(MeasureException.class)
        .hasMessageContaining(because);
  }

  @Test
  void readsTheDetectionsOfAnImage() throws IOException {
    write("[{\"class\":\"dog\",\"score\":0.5,\"box\":[1,2,3,4],\"color\":\"red\"}]");
    assertThat(new DetectionFolder(folder).of(Path.of("images/a.png")))
        .containsExactly(new Detection("dog", 0.5, new Box(1, 2, 3, 4), "red"));
  }

  @Test
  void anImageWithoutAFileIsAnError() {
    assertRefused("does not exist");
  }

  @Test
  void refusesDamagedFiles() throws IOException {
    write("{}");
    assertRefused("expected a list");
    write("[{\"class\":\"dog\",\"score\":0.5,\"box\":[1,2,3]}]");
    assertRefused("needs class, score and box");
    write("[");
    assertRefused("not valid JSON");
  }
}
