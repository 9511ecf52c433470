package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.data.DataSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainScenesCommandTest {
  @TempDir private Path folder;

  private Run scenes(Object... more) {
    Object[] arguments = new Object[more.length + 4];
    System.arraycopy(
        new Object[] {"train", "scenes", "-o", folder.resolve("scenes")}, 0, arguments, 0, 4);
    System.arraycopy(more, 0, arguments, 4, more.length);
    return Run.sana(arguments);
  }

  @Test
  void itWritesADataSetAndPrintsItsFolder() throws IOException {
    Run run = scenes("--count", 20, "--size", 64, "--seed", 5, "--objects", 150).succeeds();
    assertThat(run.out().strip()).isEqualTo(folder.resolve("scenes").toString());
    assertThat(run.err()).contains("scenes");
    assertThat(DataSet.open(folder.resolve("scenes")).size()).isEqualTo(20);
    assertThat(Files.readAllLines(folder.resolve("scenes/scenes.jsonl"))).hasSize(20);
  }

  @Test
  void splitKindsAndShapesAreThoseAskedFor() throws IOException {
    scenes(
            "--count",
            5,
            "--size",
            64,
            "--split",
            "test",
            "--kinds",
            "count=1",
            "--shapes",
            "wide=1")
        .succeeds();
    assertThat(Files.readAllLines(folder.resolve("scenes/scenes.jsonl")))
        .allMatch(line -> line.contains("\"count\"") && line.contains("\"width\":80"));
  }

  @Test
  void wrongArgumentsAreRefusedInOneLine() {
    scenes("--count", 0).isRefused("not 0");
    scenes("--size", 100).isRefused("multiples of 16, not 100");
    scenes("--objects", 151).isRefused("1 to 150 objects, not 151");
    scenes("--kinds", "many=1").isRefused("\"many=1\" is not a list of shares");
    scenes("--shapes", "square=0").isRefused("is not a list of shares");
    scenes("--split", "all").isRefused("--split");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void nothingThatExistsIsReplaced() throws IOException {
    Files.createDirectory(folder.resolve("scenes"));
    scenes().isRefused("scenes exists");
  }
}
