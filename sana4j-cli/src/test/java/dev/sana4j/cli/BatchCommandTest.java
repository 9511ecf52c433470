package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command that starts jobs of Spark, where there is no Spark; the jobs have their own tests.
 */
class BatchCommandTest {
  @TempDir private Path folder;

  @Test
  void aFolderWithoutSparkIsRefusedWithWhatIsNeeded() throws IOException {
    Files.createDirectories(folder.resolve("jars"));
    Run.sana("batch", "--spark-home", folder, "generate", "requests.jsonl", "-o", "out")
        .isRefused("has no spark-core_2.13-4.*.jar");
  }

  @Test
  void aFolderThatDoesNotExistIsRefused() {
    Run.sana("batch", "--spark-home", folder.resolve("none"), "generate", "x", "-o", "out")
        .isRefused("cannot be read");
  }

  @Test
  void anotherScalaVersionIsRefused() throws IOException {
    Files.createFile(folder.resolve("spark-core_2.12-3.5.0.jar"));
    Run.sana("batch", "--spark-home", folder, "generate", "x", "-o", "out")
        .isRefused("for Scala 2.13");
  }

  @Test
  void anUnknownJobIsRefused() {
    Run.sana("batch", "paint", "x").isRefused("the job is not generate, encode or evaluate");
  }

  @Test
  void aHeapThatIsNoSizeIsRefused() {
    Run.sana("batch", "--heap", "much", "generate", "x").isRefused("--heap is not a size");
  }

  @Test
  void optionsAfterTheJobAreThoseOfTheJob() {
    Run.sana("batch", "--spark-home", folder.resolve("none"), "generate", "--model", "x", "--help")
        .isRefused("cannot be read");
  }

  @Test
  void aSourceTreeHasNoJarsToSubmit() {
    Run.sana("batch", "jars")
        .isRefused("a cluster needs an installation, and this is a source tree");
  }

  @Test
  void theHelpNamesTheJobs() {
    assertThat(Run.sana("batch", "--help").succeeds().out())
        .contains("generate", "encode", "evaluate", "--spark-home");
  }
}
