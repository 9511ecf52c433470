package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.tensor.NativeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
  private static final List<String> TOPICS =
      List.of(
          "sana4j",
          "java",
          "locale",
          "natives",
          "processor",
          "precision",
          "memory",
          "gpu",
          "cache",
          "model");

  @TempDir private Path folder;

  @Test
  void everyFindingIsALineWithItsLevel() {
    Run run = Run.sana("doctor");
    assertThat(run.status()).isEqualTo(run.out().contains("problem  ") ? 1 : 0);
    assertThat(run.out().lines()).allMatch(line -> line.matches("(ok|warning|problem) +\\w+ +.+"));
    assertThat(run.out().lines().map(line -> line.split(" +", 3)[1]).distinct())
        .containsExactlyElementsOf(TOPICS);
    assertThat(run.out().lines())
        .anyMatch(line -> line.contains("natives") && line.contains("is loaded"))
        .anyMatch(line -> line.contains("the bundled model: computing in "))
        .anyMatch(line -> line.contains("a model of 1.6 billion parameters: computing in "));
    assertThat(run.err()).isEmpty();
  }

  @Test
  void theFindingsAreAvailableAsJson() throws IOException {
    Run run = Run.sana("doctor", "--json");
    JsonNode report = Models.JSON.readTree(run.out());
    assertThat(run.status()).isEqualTo(report.path("problems").asInt() == 0 ? 0 : 1);
    Set<String> topics = new LinkedHashSet<>();
    report.path("findings").forEach(finding -> topics.add(finding.path("topic").asText()));
    assertThat(topics).containsExactlyElementsOf(TOPICS);
  }

  @Test
  void theSizeOfACacheIsThatOfItsFiles() throws IOException {
    Files.createDirectory(folder.resolve("a"));
    Files.write(folder.resolve("a/weights"), new byte[1500]);
    Finding finding = CacheFindings.cache("models", folder);
    assertThat(finding.text()).startsWith("models in " + folder + ": 1.5 kB, ");
    assertThat(CacheFindings.cache("models", folder.resolve("missing/cache")).text())
        .contains(": 0 B, ");
  }

  @Test
  void theNativeLibrariesAreInTheFolderThatTheyAreUnpackedInto() {
    assertThat(CacheFindings.caches().get(2).text())
        .startsWith("unpacked native libraries in " + NativeFiles.folder() + ": ");
  }

  @Test
  void aCacheBelowAFileIsAProblem() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(CacheFindings.cache("models", file.resolve("cache")).level())
        .isEqualTo(Finding.Level.PROBLEM);
  }
}
