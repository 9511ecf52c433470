package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.request.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerateControlTest {
  private static final Path MODEL = Models.REFERENCE.resolve("pipelines/tiny-controlnet");

  @TempDir private Path folder;
  private Path photo;

  @BeforeEach
  void draw() {
    byte[] rgb = new byte[50 * 40 * 3];
    new Random(1).nextBytes(rgb);
    photo = folder.resolve("photo.png");
    ImageFiles.write(RgbImage.of(50, 40, rgb), photo);
  }

  private byte[] pixels(Object... options) {
    Path file = folder.resolve("cat.png");
    List<Object> more = new ArrayList<>(List.of("a cat", "-o", file, "--overwrite", "--seed", 7));
    Collections.addAll(more, options);
    Run.sana(Models.generate(MODEL, more.toArray())).succeeds();
    return ImageFiles.read(file).rgb();
  }

  private void refused(Path model, String because, Object... options) throws IOException {
    Map<Path, String> before = Run.contents(folder);
    List<Object> more = new ArrayList<>(List.of("a cat", "-o", folder.resolve("cat.png")));
    Collections.addAll(more, options);
    Run.sana(Models.generate(model, more.toArray())).isRefused(because);
    assertThat(Run.contents(folder)).isEqualTo(before);
  }

  @Test
  void anImageSteersByItsScaleAndRange() {
    byte[] plain = pixels();
    byte[] whole = pixels("--control", photo);
    assertThat(whole).isNotEqualTo(plain);
    assertThat(pixels("--control", photo, "--control-scale", 0)).isEqualTo(plain);
    assertThat(pixels("--control", photo, "--control-scale", 0.3)).isNotEqualTo(whole);
    byte[] first = pixels("--control", photo, "--control-end", 0.5);
    assertThat(first).isNotEqualTo(whole).isNotEqualTo(plain);
    assertThat(pixels("--control", photo, "--control-start", 0.5)).isNotEqualTo(first);
  }

  @Test
  void edgesCanBeDrawnFirst() {
    byte[] asItIs = pixels("--control", photo, "--control-edges", "none");
    byte[] canny = pixels("--control", photo, "--control-edges", "canny");
    byte[] sobel = pixels("--control", photo, "--control-edges", "sobel");
    assertThat(canny).isNotEqualTo(asItIs).isNotEqualTo(sobel);
    assertThat(sobel).isNotEqualTo(asItIs);
    Task task = ImageProvenance.read(folder.resolve("cat.png")).request().task();
    assertThat(task.inputs().get(0).size()).isEqualTo(Models.size(MODEL, 4, 4));
  }

  @Test
  void anImageHasTheProportionsOfTheImageUnlessASizeIsAsked() {
    Path wide = folder.resolve("wide.png");
    ImageFiles.write(RgbImage.of(30, 10, new byte[30 * 10 * 3]), wide);
    Path file = folder.resolve("cat.png");
    Run.sana("generate", "a cat", "--model", MODEL, "--steps", 1, "-o", file, "--control", wide)
        .succeeds();
    ImageSize size = ImageFiles.read(file).size();
    assertThat(size.width()).isGreaterThan(2 * size.height());
    double side = Math.sqrt((double) size.width() * size.height());
    assertThat(side)
        .isCloseTo(
            Models.config(MODEL).nativeResolution(),
            within((double) Models.config(MODEL).sizeStep()));
  }

  @Test
  void aSeparateControlNetCanBeNamed() {
    byte[] own = pixels("--control", photo);
    assertThat(pixels("--control", photo, "--controlnet", MODEL)).isEqualTo(own);
    Path separate = MODEL.resolve("controlnet");
    assertThat(pixels("--control", photo, "--controlnet", separate)).isEqualTo(own);
    assertThat(ImageProvenance.read(folder.resolve("cat.png")).request().task())
        .isInstanceOfSatisfying(
            Task.Control.class, task -> assertThat(task.network()).isEqualTo(separate.toString()));
  }

  @Test
  void anImageIsMadeAgainWithTheImageThatSteeredIt() throws IOException {
    byte[] cat = pixels("--control", photo, "--control-scale", 0.7, "--control-end", 0.9);
    Path again = folder.resolve("again.png");
    Path like = folder.resolve("cat.png");
    Run.sana("generate", "--like", like, "-o", again, "--control", photo).succeeds();
    assertThat(ImageFiles.read(again).rgb()).isEqualTo(cat);
    Files.delete(again);
    Run.sana("generate", "--like", like, "-o", again).isRefused("needs an image of 50x40");
  }

  @Test
  void aModelWithoutAControlNetIsRefused() throws IOException {
    refused(
        Models.SANA,
        "has no ControlNet; give the folder of one (--controlnet)",
        "--control",
        photo);
    refused(
        Models.SANA, "contains no ControlNet", "--control", photo, "--controlnet", Models.SPRINT);
  }

  @ParameterizedTest
  @CsvSource({
    "--control-scale, 0.5",
    "--control-start, 0.5",
    "--control-end, 0.5",
    "--control-edges, canny",
    "--controlnet, somewhere"
  })
  void whatBelongsToAnImageIsRefusedWithoutOne(String option, String value) throws IOException {
    refused(MODEL, "--control", option, value);
  }

  @ParameterizedTest
  @CsvSource({
    "--control-scale, -1",
    "--control-scale, 3",
    "--control-scale, NaN",
    "--control-scale, much",
    "--control-start, -0.1",
    "--control-start, 1.1",
    "--control-end, 1.1",
    "--control-end, NaN",
    "--control-edges, hed",
  })
  void anAbsurdValueIsRefused(String option, String value) throws IOException {
    refused(MODEL, "control", "--control", photo, option, value);
  }

  @Test
  void aRangeThatEndsBeforeItBeginsIsRefused() throws IOException {
    refused(MODEL, "control", "--control", photo, "--control-start", 0.6, "--control-end", 0.4);
  }

  @Test
  void twoImagesToBeginWithAreRefused() throws IOException {
    refused(MODEL, "not both", "--control", photo, "--init", photo);
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing.png", ""})
  void aMissingImageIsRefused(String name) throws IOException {
    refused(MODEL, "", "--control", folder.resolve(name));
  }

  @Test
  void aControlNetWithoutWeightsIsRefusedBeforeAnyAreRead() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Files.copy(MODEL.resolve("controlnet/config.json"), empty.resolve("config.json"));
    refused(MODEL, "contains no weights", "--control", photo, "--controlnet", empty);
  }
}
