package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The written files are tested in toy sizes in the module that writes them. */
class SynthCommandTest {
  @TempDir private Path folder;

  @Test
  void anUnknownPresetIsRefusedWithTheNamesThereAre() {
    Run.sana("synth", "--preset", "sprint-2b", "-o", folder.resolve("model"))
        .isRefused("sprint-2b", "sprint-1.6b, sprint-0.6b, teacher-1.6b, sana-4.8b");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void presetAndFolderMustBeNamed() {
    Run.sana("synth", "-o", folder.resolve("model")).isRefused("--preset");
    Run.sana("synth", "--preset", "sprint-0.6b").isRefused("--output");
  }

  @Test
  void aDtypeThatNoNetworkComputesInIsRefused() {
    Run.sana("synth", "--preset", "sana-4.8b", "-o", folder.resolve("model"), "--dtype", "int8")
        .isRefused("int8", "bfloat16");
  }

  @Test
  void nothingThatExistsIsReplaced() throws IOException {
    Path mine = Files.writeString(folder.resolve("model"), "mine");
    Run.sana("synth", "--preset", "teacher-1.6b", "-o", mine).isRefused("model exists");
    assertThat(mine).hasContent("mine");
  }

  @Test
  void itsHelpListsThePresetsAndTheDefaults() {
    assertThat(Run.sana("synth", "--help").succeeds().out())
        .contains("sprint-1.6b, sprint-0.6b, teacher-1.6b, sana-4.8b", "(default: 0)")
        .containsPattern("\\(default:\\s+bfloat16\\)");
  }
}
