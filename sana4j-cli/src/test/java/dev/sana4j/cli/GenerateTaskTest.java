package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.image.WriteOptions;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images generated from input images. */
class GenerateTaskTest {
  @TempDir private Path folder;

  private ImageSize size;
  private Path photo;
  private Path mask;
  private Path made;

  @BeforeEach
  void writeImages() {
    size = Models.size(Models.SPRINT, 4, 3);
    photo = write("photo.png", (x, y) -> x * 255 / size.width());
    mask = write("mask.png", (x, y) -> x > size.width() / 2 ? 255 : 0);
    made = folder.resolve("made.png");
  }

  private interface Level {
    int at(int x, int y);
  }

  private Path write(String name, Level level) {
    byte[] rgb = new byte[size.width() * size.height() * 3];
    for (int i = 0; i < rgb.length; i++) {
      int pixel = i / 3;
      rgb[i] = (byte) level.at(pixel % size.width(), pixel / size.width());
    }
    Path file = folder.resolve(name);
    ImageFiles.write(RgbImage.of(size.width(), size.height(), rgb), file, WriteOptions.REPLACE);
    return file;
  }

  /** Without a given size. */
  private Run generate(Object... options) {
    List<Object> all =
        new ArrayList<>(
            List.of("generate", "--model", Models.SPRINT, "--max-length", 8, "--no-instruction"));
    Collections.addAll(all, options);
    if (!all.contains("-o")) {
      Collections.addAll(all, "-o", made, "--overwrite", "--seed", 7);
    }
    return Run.sana(all.toArray());
  }

  private GenerationRequest request() {
    return ImageProvenance.read(made).request();
  }

  private byte[] pixels() {
    return ImageFiles.read(made).rgb();
  }

  @Test
  void anImageBeginsWithAnImageOfItsSize() {
    generate("a cat", "--init", photo).succeeds();
    assertThat(ImageFiles.read(made).size()).isEqualTo(size);
    assertThat(request().task()).isEqualTo(Task.imageToImage(ImageFiles.read(photo), 0.6));
    assertThat(request().steps()).isEqualTo(4);
    byte[] usual = pixels();
    generate("a cat", "--init", photo, "--strength", 0.2).succeeds();
    assertThat(pixels()).isNotEqualTo(usual);
  }

  /** With few steps, a strength skips whole steps or none. */
  @Test
  void aStrengthThatKeepsNothingOfTheImageIsToldAbout() {
    String warning = "runs all of 4 steps";
    assertThat(generate("a cat", "--init", photo, "--strength", 0.8).succeeds().err())
        .contains("a strength of 0.8 " + warning);
    assertThat(generate("a cat", "--init", photo, "--strength", 0.75).succeeds().err())
        .doesNotContain(warning);
    assertThat(generate("a cat", "--init", photo, "--strength", 1).succeeds().err())
        .doesNotContain(warning);
  }

  @Test
  void metadataNamesTheTaskAndTheDigestOfTheImageButNoPath() throws IOException {
    generate("a cat", "--init", photo, "--mask", mask, "--strength", 0.9).succeeds();
    String json = ImageProvenance.read(made).json();
    assertThat(json).contains("\"inpaint\"", "0.9", "\"sha256\"").doesNotContain("photo", "mask.p");
  }

  @Test
  void anImageIsMadeAgainWithTheImagesItBeganWith() {
    generate("a cat", "--init", photo, "--mask", mask, "--feather", 1, "--strength", 0.7)
        .succeeds();
    byte[] first = pixels();
    Path again = folder.resolve("again.png");
    Run.sana("generate", "--like", made, "-o", again)
        .isRefused("needs an image of " + size + " with sha256");
    Run.sana("generate", "--like", made, "--init", photo, "-o", again).isRefused("--mask");
    Run.sana("generate", "--like", made, "--init", photo, "--mask", mask, "-o", again).succeeds();
    assertThat(ImageFiles.read(again).rgb()).isEqualTo(first);
    assertThat(ImageProvenance.read(again)).isEqualTo(ImageProvenance.read(made));
  }

  @Test
  void theStrengthOfAnImageMadeBeforeIsKept() {
    generate("a cat", "--init", photo, "--strength", 0.3).succeeds();
    byte[] first = pixels();
    Path again = folder.resolve("again.png");
    Run.sana("generate", "--like", made, "--init", photo, "-o", again).succeeds();
    assertThat(ImageFiles.read(again).rgb()).isEqualTo(first);
  }

  @Test
  void whatTheMaskKeepsIsKeptToTheByte() {
    generate("", "--init", photo, "--mask", mask).succeeds();
    byte[] before = ImageFiles.read(photo).rgb();
    byte[] after = pixels();
    int half = size.width() / 2 * 3;
    for (int row = 0; row < before.length; row += size.width() * 3) {
      assertThat(Arrays.copyOfRange(after, row, row + half))
          .isEqualTo(Arrays.copyOfRange(before, row, row + half));
    }
    assertThat(after).isNotEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0,0"})
  void aCanvasIsPaintedAroundTheImage(String place) {
    ImageSize canvas = Models.size(Models.SPRINT, 6, 4);
    Object[] at = place.isEmpty() ? new Object[0] : new Object[] {"--at", place};
    List<Object> options = new ArrayList<>(List.of("a cat", "--init", photo, "--canvas", canvas));
    Collections.addAll(options, at);
    generate(options.toArray()).succeeds();
    RgbImage image = ImageFiles.read(made);
    assertThat(image.size()).isEqualTo(canvas);
    int left = place.isEmpty() ? (canvas.width() - size.width()) / 2 : 0;
    int top = place.isEmpty() ? (canvas.height() - size.height()) / 2 : 0;
    int row = (top * canvas.width() + left) * 3;
    assertThat(Arrays.copyOfRange(image.rgb(), row, row + size.width() * 3))
        .isEqualTo(Arrays.copyOf(ImageFiles.read(photo).rgb(), size.width() * 3));
  }

  @Test
  void variationsAreImagesWithSeedsOfTheirOwnAndThePromptOfTheImage() {
    generate("a cat", "--steps", 1).succeeds();
    Path like = folder.resolve("like.png");
    Run run = generate("--init", made, "--variations", 2, "-o", like, "--seed", 3).succeeds();
    assertThat(run.out().lines()).hasSize(2);
    GenerationRequest second = ImageProvenance.read(folder.resolve("like-2.png")).request();
    assertThat(second.prompts()).containsExactly("a cat");
    assertThat(second.seed()).isEqualTo(4);
    assertThat(ImageFiles.read(folder.resolve("like-1.png")).rgb())
        .isNotEqualTo(ImageFiles.read(folder.resolve("like-2.png")).rgb());
  }

  @Test
  void anImageFromElsewhereNeedsNoPrompt() {
    generate("--init", photo).succeeds();
    assertThat(request().prompts()).containsExactly("");
  }

  @ParameterizedTest
  @CsvSource({
    "--strength 0.5, --strength needs --init",
    "--mask mask.png, --mask needs --init",
    "--canvas 99x99, --canvas needs --init",
    "--variations 2, --variations needs --init",
    "--init photo.png --at 1;2, --at needs --canvas",
    "--init photo.png --feather 3, --feather needs --mask or --canvas",
    "--init photo.png --mask mask.png --canvas 99x99, give --mask or --canvas",
    "--init photo.png --variations 2 --count 2, give --count or --variations",
    "--init photo.png --canvas 999x999 --at 1, --at takes a column and a row",
    "--init photo.png --canvas 1x1, does not fit into a canvas",
    "--init photo.png --strength 0, but was 0.0",
    "--init photo.png --mask mask.png --feather -1, feather -1",
    "--init missing.png, does not exist",
    "--init ., is not a regular file",
  })
  void whatDoesNotGoTogetherIsRefused(String options, String because) throws IOException {
    List<Object> arguments = new ArrayList<>(List.of("a cat"));
    for (String option : options.replace(';', ',').split(" ", -1)) {
      boolean isFile = option.endsWith(".png") || option.equals(".");
      arguments.add(isFile ? folder.resolve(option) : option);
    }
    Map<Path, String> before = Run.contents(folder);
    generate(arguments.toArray()).isRefused(because);
    assertThat(Run.contents(folder)).isEqualTo(before);
  }

  @Test
  void aMaskOfAnotherSizeIsRefused() {
    size = Models.size(Models.SPRINT, 2, 2);
    Path small = write("small.png", (x, y) -> 255);
    generate("a cat", "--init", photo, "--mask", small).isRefused("but has " + size);
  }

  @Test
  void anImageIsMadeLargerAndTellsHow() {
    generate("a cat", "--steps", 1).succeeds();
    Path large = folder.resolve("large.png");
    Run run =
        Run.sana("upscale", made, "-o", large, "--model", Models.SPRINT, "--steps", 1).succeeds();
    assertThat(run.out()).isEqualTo(large + System.lineSeparator());
    RgbImage before = ImageFiles.read(made);
    assertThat(ImageFiles.read(large).size())
        .isEqualTo(new ImageSize(2 * before.width(), 2 * before.height()));
    GenerationRequest request = ImageProvenance.read(large).request();
    assertThat(request.prompts()).containsExactly("");
    assertThat(request.task()).isEqualTo(Task.upscale(before, 2, 0.2));
    Path again = folder.resolve("again.png");
    Run.sana("generate", "--like", large, "--init", made, "-o", again).succeeds();
    assertThat(ImageFiles.read(again).rgb()).isEqualTo(ImageFiles.read(large).rgb());
  }

  @Test
  void aLargerImageThatExistsIsKept() throws IOException {
    Path large = Files.writeString(folder.resolve("large.png"), "mine");
    Run.sana("upscale", photo, "-o", large, "--model", Models.SPRINT)
        .isRefused("exists", "(--overwrite)");
    assertThat(large).hasContent("mine");
  }

  @Test
  void anImageIsNotMadeThriceAsLarge() {
    Run.sana("upscale", photo, "-o", made, "--factor", 3, "--model", Models.SPRINT)
        .isRefused("must be 2 or 4, but was 3");
  }
}
