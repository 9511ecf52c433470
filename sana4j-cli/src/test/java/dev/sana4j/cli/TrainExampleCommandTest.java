package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainExampleCommandTest {
  @TempDir private Path folder;

  private Run example(Object... more) {
    Object[] arguments = new Object[more.length + 4];
    System.arraycopy(new Object[] {"train", "example", "-o", folder}, 0, arguments, 0, 4);
    System.arraycopy(more, 0, arguments, 4, more.length);
    return Run.sana(arguments);
  }

  @Test
  void itDrawsAsManyImagesAsAsked() throws IOException {
    Run run = example("--count", 3, "--size", 96, "--seed", 5).succeeds();
    assertThat(run.out()).contains("pictures", "base.yaml");
    assertThat(Files.readAllLines(folder.resolve("pictures/metadata.jsonl"))).hasSize(3);
    assertThat(folder.resolve("base.yaml")).content().contains("resolution: 96");
  }

  @ParameterizedTest
  @MethodSource("dev.sana4j.cli.TrainingCommandTest#kinds")
  void everyTrainingHasAConfigThatIsRead(TrainingKind<?> kind) {
    example("--count", 1).succeeds();
    String[] words = kind.verb().split(" ", -1);
    Path config = folder.resolve(words[words.length - 1] + ".yaml");
    Object[] arguments = new Object[words.length + 3];
    System.arraycopy(words, 0, arguments, 0, words.length);
    System.arraycopy(
        new Object[] {"--print-config", "--config", config}, 0, arguments, words.length, 3);
    assertThat(Run.sana(arguments).succeeds().out())
        .contains(folder.resolve("pictures").toString());
  }

  @Test
  void nothingThatExistsIsReplaced() throws IOException {
    Files.writeString(folder.resolve("teacher.yaml"), "mine");
    example("--count", 1).isRefused("teacher.yaml exists");
    assertThat(folder).isDirectoryNotContaining("glob:**pictures");
  }

  @Test
  void aSizeThatNoTrainingTakesIsRefused() {
    example("--size", 65).isRefused("65", "multiple of 32");
    example("--count", 0).isRefused("not 0");
  }
}
