package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.tensor.Libtorch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerateCommandTest {
  @TempDir private Path folder;

  /** The pixels of "a cat" with the given options. */
  private byte[] cat(Path model, Object... options) {
    Path file = folder.resolve("cat.png");
    List<Object> more = new ArrayList<>(List.of("a cat", "-o", file, "--overwrite"));
    Collections.addAll(more, options);
    if (!more.contains("--seed")) {
      Collections.addAll(more, "--seed", 7);
    }
    Run.sana(Models.generate(model, more.toArray())).succeeds();
    return ImageFiles.read(file).rgb();
  }

  private static double meanDifference(byte[] left, byte[] right) {
    long sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += Math.abs((left[i] & 0xFF) - (right[i] & 0xFF));
    }
    return (double) sum / left.length;
  }

  @ParameterizedTest
  @ValueSource(strings = {"cat.png", "cat.jpg", "cat.jpeg", "cat.webp", "KATZE 🐱.PNG"})
  void aFileOfTheNamedKindIsWrittenAndItsPathPrinted(String name) throws IOException {
    Path file = folder.resolve(name);
    Run run = Run.sana(Models.generate(Models.SANA, "a cat", "-o", file)).succeeds();
    assertThat(run.out()).isEqualTo(file + System.lineSeparator());
    assertThat(ImageFiles.read(file).size()).isEqualTo(Models.size(Models.SANA, 4, 4));
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void progressGoesToStandardErrorWithTheWorkDone() {
    Path file = folder.resolve("cat.png");
    Run run = Run.sana(Models.generate(Models.SANA, "a cat", "-o", file, "--count", 2)).succeeds();
    assertThat(run.err())
        .contains("7/7"); // a prompt, and for each image two steps and its decoding
    assertThat(run.out()).doesNotContain("%");
  }

  @Test
  void severalImagesAreNumberedAndPrintedInOrder() {
    Path file = folder.resolve("cat.v1.png");
    Run run =
        Run.sana(Models.generate(Models.SPRINT, "a cat", "-o", file, "--count", 3)).succeeds();
    assertThat(run.out().lines())
        .containsExactly(
            folder.resolve("cat.v1-1.png").toString(),
            folder.resolve("cat.v1-2.png").toString(),
            folder.resolve("cat.v1-3.png").toString());
    assertThat(file).doesNotExist();
    assertThat(folder.resolve("cat.v1-3.png")).exists();
  }

  @Test
  void theImagesOfACountHaveFollowingSeeds() {
    Path file = folder.resolve("cats.png");
    Run.sana(Models.generate(Models.SANA, "a cat", "-o", file, "--count", 2, "--seed", 6))
        .succeeds();
    assertThat(ImageFiles.read(folder.resolve("cats-2.png")).rgb()).isEqualTo(cat(Models.SANA));
    assertThat(ImageFiles.read(folder.resolve("cats-1.png")).rgb()).isNotEqualTo(cat(Models.SANA));
  }

  @Test
  void aSeedGivesTheSamePixelsAgainAndAnotherSeedDoesNot() {
    byte[] first = cat(Models.SANA);
    assertThat(cat(Models.SANA)).isEqualTo(first);
    assertThat(cat(Models.SANA, "--seed", 8)).isNotEqualTo(first);
  }

  @Test
  void withoutASeedEveryRunMakesAnotherImage() {
    Path one = folder.resolve("one.png");
    Path two = folder.resolve("two.png");
    Run.sana(Models.generate(Models.SANA, "a cat", "-o", one)).succeeds();
    Run.sana(Models.generate(Models.SANA, "a cat", "-o", two)).succeeds();
    assertThat(ImageFiles.read(one).rgb()).isNotEqualTo(ImageFiles.read(two).rgb());
  }

  @Test
  void theExtremesOfASeedAreSeeds() {
    byte[] least = cat(Models.SANA, "--seed", Long.MIN_VALUE);
    assertThat(cat(Models.SANA, "--seed", Long.MAX_VALUE)).isNotEqualTo(least);
    assertThat(cat(Models.SANA, "--seed", -1)).isNotEqualTo(least);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void aSprintModelRunsInOneToFourSteps(int steps) {
    Path file = folder.resolve("cat.png");
    Run run = Run.sana(Models.generate(Models.SPRINT, "a cat", "-o", file, "--steps", steps));
    assertThat(run.succeeds().err()).contains((steps + 2) + "/" + (steps + 2));
    assertThat(ImageProvenance.read(file).request().steps()).isEqualTo(steps);
  }

  @Test
  void timesReplaceTheStepsOfASprintModel() {
    byte[] two = cat(Models.SPRINT);
    assertThat(cat(Models.SPRINT, "--times", "1.57080,1.3,0")).isEqualTo(two);
    assertThat(cat(Models.SPRINT, "--times", "1.57080,1.2,0.6,0")).isNotEqualTo(two);
  }

  @Test
  void aTeacherRunsWithoutAnyOption() {
    Path file = folder.resolve("cat.png");
    Run run = Run.sana("generate", "a cat", "--model", Models.TEACHER, "-o", file).succeeds();
    assertThat(run.err()).contains("22/22");
    int side = Models.config(Models.TEACHER).nativeResolution();
    assertThat(ImageFiles.read(file).size()).isEqualTo(new ImageSize(side, side));
  }

  @Test
  void aNegativePromptChangesAGuidedImageOnly() {
    byte[] plain = cat(Models.SANA);
    assertThat(cat(Models.SANA, "--negative", "blurry")).isNotEqualTo(plain);
    byte[] unguided = cat(Models.SANA, "--guidance", 1);
    assertThat(unguided).isNotEqualTo(plain);
    assertThat(cat(Models.SANA, "--guidance", 1, "--negative", "blurry")).isEqualTo(unguided);
  }

  @Test
  void aNegativePromptForASprintModelIsLeftOutAndSaidSo() {
    Path file = folder.resolve("cat.png");
    Run run = Run.sana(Models.generate(Models.SPRINT, "a cat", "-o", file, "--negative", "blurry"));
    assertThat(run.succeeds().err()).contains("Sprint models do not support a negative prompt");
  }

  @Test
  void aSizeNeedNotBeSquare() {
    Path file = folder.resolve("cat.png");
    ImageSize wide = Models.size(Models.SANA, 9, 2);
    Run.sana(Models.generate(Models.SANA, "a cat", "-o", file, "--size", wide)).succeeds();
    assertThat(ImageFiles.read(file).size()).isEqualTo(wide);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bfloat16", "BF16"})
  void bfloat16IsCloseToFloat32(String dtype) {
    byte[] exact = cat(Models.SANA);
    byte[] rounded = cat(Models.SANA, "--dtype", dtype);
    assertThat(rounded).isNotEqualTo(exact);
    assertThat(meanDifference(rounded, exact)).isLessThan(5);
    assertThat(ImageProvenance.read(folder.resolve("cat.png")).dtype()).isEqualTo("bfloat16");
  }

  @Test
  void float32WeightsAreComputedInFloat32UnlessAnotherDtypeIsNamed() {
    byte[] unnamed = cat(Models.SANA);
    assertThat(cat(Models.SANA, "--dtype", "AUTO")).isEqualTo(unnamed);
    assertThat(cat(Models.SANA, "--dtype", "float32", "--device", "cpu")).isEqualTo(unnamed);
  }

  @Test
  void aChosenDtypeIsToldWithItsReasonAndANamedOneIsNot() {
    Path file = folder.resolve("cat.png");
    String line = "sana: computing in float32 (weights are float32)";
    Object[] chosen = Models.generate(Models.SANA, "a cat", "-o", file);
    assertThat(Run.sana(chosen).succeeds().err().lines()).contains(line);
    Object[] named =
        Models.generate(Models.SANA, "a cat", "-o", file, "--dtype", "float32", "--overwrite");
    assertThat(Run.sana(named).succeeds().err()).doesNotContain("computing in");
    Object[] like = {"generate", "--like", file, "-o", folder.resolve("again.png")};
    assertThat(Run.sana(like).succeeds().err()).doesNotContain("computing in");
  }

  @Test
  void float16IsRefusedOnAProcessor() {
    Path file = folder.resolve("cat.png");
    Run.sana(Models.generate(Models.SANA, "a cat", "-o", file, "--dtype", "float16"))
        .isRefused("float16 needs a GPU; choose bfloat16 or float32");
    assertThat(file).doesNotExist();
  }

  @Test
  void threadsAreSetForTheRun() {
    int before = Libtorch.threads();
    try {
      cat(Models.SANA, "--threads", 2);
      assertThat(Libtorch.threads()).isEqualTo(2);
    } finally {
      Libtorch.threads(before);
    }
  }

  @Test
  void tilesAreTheSameForASmallImage() {
    assertThat(cat(Models.SANA, "--tiled")).isEqualTo(cat(Models.SANA));
  }

  @Test
  void anExistingFileIsReplacedWhenToldSo() throws IOException {
    Path file = Files.writeString(folder.resolve("cat.png"), "mine");
    Run.sana(Models.generate(Models.SANA, "a cat", "-o", file, "--overwrite")).succeeds();
    RgbImage image = ImageFiles.read(file);
    assertThat(image.size()).isEqualTo(Models.size(Models.SANA, 4, 4));
  }

  @Test
  void metadataCanBeKeptOut() {
    Path file = folder.resolve("cat.png");
    Run.sana(Models.generate(Models.SANA, "a cat", "-o", file, "--no-metadata")).succeeds();
    assertThat(ImageFiles.readTexts(file)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "一只猫 🐱",
        "@home \"quoted\" 'text' \\n ${user.home} $HOME %s %n",
        "a cat\nin two lines",
        "--"
      })
  void aPromptIsTakenAsItIs(String prompt) {
    Path file = folder.resolve("cat.png");
    Run.sana(Models.generate(Models.SANA, "-o", file, "--", prompt)).succeeds();
    assertThat(ImageProvenance.read(file).request().prompts()).containsExactly(prompt);
  }

  @Test
  void aPromptThatNamesAFileIsNotReadFromIt() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret.txt"), "secret");
    Path file = folder.resolve("cat.png");
    Run.sana(Models.generate(Models.SANA, "@" + secret, "-o", file)).succeeds();
    assertThat(ImageProvenance.read(file).request().prompts()).containsExactly("@" + secret);
  }
}
