package dev.sana4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Any bytes are captions, or are reported. */
class MetadataFuzzTest {
  @TempDir Path folder;

  @FuzzTest
  void captionsAreReadOrReported(byte[] content) throws IOException {
    read("metadata.csv", content);
    read("metadata.jsonl", content);
    read("b.caption", content);
  }

  private void read(String name, byte[] content) throws IOException {
    Path data = Files.createDirectories(folder.resolve(name + ".data"));
    Path image = data.resolve("a.png");
    if (!Files.exists(image)) {
      Samples.captioned(data, "a", 4, 4, 1);
      Samples.image(data.resolve("b.png"), 4, 4, 2);
    }
    Files.write(data.resolve(name), content);
    try {
      DataSet read = DataSet.open(data, "fallback");
      for (int i = 0; i < read.size(); i++) {
        assertThat(read.captions(i)).isNotEmpty().allMatch(c -> !c.text().isBlank());
        assertThat(read.key(i)).isIn("a.png", "b.png");
      }
    } catch (DataException e) {
      assertThat(e.getMessage()).hasLineCount(1);
    }
  }
}
