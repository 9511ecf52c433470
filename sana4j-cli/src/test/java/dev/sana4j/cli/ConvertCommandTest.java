package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {
  private static final Path SPRINT = Models.REFERENCE.resolve("pth/sprint.pth");

  @TempDir private Path folder;

  private Path model() {
    Path model = folder.resolve("model");
    Run.sana("convert", SPRINT, "--base", Models.SPRINT, "-o", model).succeeds();
    return model;
  }

  @Test
  void aConvertedModelMakesImages() {
    Run.sana(Models.generate(model(), "a cat", "-o", folder.resolve("cat.png"))).succeeds();
    assertThat(folder.resolve("cat.png")).isNotEmptyFile();
  }

  @Test
  void theResultIsNamedAndWhatWasFoundIsToldBesides() {
    Path model = folder.resolve("model");
    Run run = Run.sana("convert", SPRINT, "--base", Models.SPRINT, "-o", model).succeeds();
    assertThat(run.out().trim()).isEqualTo(model.toString());
    assertThat(run.err()).contains("transformer: sprint");
  }

  @Test
  void aModelFolderBecomesTheFileItWas() {
    Path back = folder.resolve("back.pth");
    Run.sana("convert", model(), "-o", back).succeeds();
    assertThat(back).hasSameBinaryContentAs(SPRINT);
  }

  @Test
  void theFolderOfAPartIsEnough() {
    Path part = Models.SPRINT.resolve("transformer");
    Run.sana("convert", part, "-o", folder.resolve("sprint.pth")).succeeds();
    assertThat(folder.resolve("sprint.pth")).isNotEmptyFile();
  }

  @Test
  void aFileThatIsNoCheckpointIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("a.pth"), "cos\nsystem\n(S'echo'\ntR.");
    Run.sana("convert", file, "--base", Models.SPRINT, "-o", folder.resolve("model"))
        .isRefused("a.pth", "zip archive");
    assertThat(folder.resolve("model")).doesNotExist();
  }

  @Test
  void anInputThatIsNotThereIsRefused() {
    Run.sana("convert", folder.resolve("none.pth"), "-o", folder.resolve("model"))
        .isRefused("there is no file", "none.pth");
  }

  @Test
  void optionsForTheOtherDirectionAreRefused() {
    Run.sana("convert", Models.SPRINT, "--base", Models.SPRINT, "-o", folder.resolve("a.pth"))
        .isRefused("--base");
  }

  @Test
  void anUnknownVariantIsRefusedWithTheNamesThereAre() {
    Run.sana("convert", SPRINT, "--variant", "pixart", "-o", folder.resolve("model"))
        .isRefused("pixart", "sana, sana-1.5, teacher, sprint");
  }
}
