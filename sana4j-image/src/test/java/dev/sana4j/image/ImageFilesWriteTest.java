package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFilesWriteTest {

  private static final Map<String, String> NO_TEXTS = Map.of();

  @TempDir Path folder;

  @Test
  void aPngKeepsEveryPixel() {
    RgbImage image = TrainingImages.noise(61, 37);
    Path file = folder.resolve("image.PNG");
    ImageFiles.write(image, file);
    RgbImage back = ImageFiles.read(file);
    assertThat(back.size()).isEqualTo(image.size());
    assertThat(back.rgb()).isEqualTo(image.rgb());
  }

  @ParameterizedTest
  @ValueSource(strings = {"image.jpg", "image.jpeg", "image.webp"})
  void aLossyFileIsClose(String name) {
    RgbImage image = TrainingImages.gradient(96, 64);
    Path file = folder.resolve(name);
    ImageFiles.write(image, file, new WriteOptions(Map.of("prompt", "dropped"), false));
    RgbImage back = ImageFiles.read(file);
    assertThat(back.size()).isEqualTo(image.size());
    assertThat(TrainingImages.meanDifference(image, back)).isLessThan(2.0);
  }

  @Test
  void theExtensionDecidesTheFormat() throws IOException {
    RgbImage image = TrainingImages.gradient(16, 16);
    for (String name : new String[] {"a.png", "a.jpg", "a.webp"}) {
      ImageFiles.write(image, folder.resolve(name));
    }
    assertThat(Files.readAllBytes(folder.resolve("a.png"))).startsWith(0x89, 'P', 'N', 'G');
    assertThat(Files.readAllBytes(folder.resolve("a.jpg"))).startsWith(0xFF, 0xD8, 0xFF);
    assertThat(Files.readAllBytes(folder.resolve("a.webp"))).startsWith('R', 'I', 'F', 'F');
  }

  @ParameterizedTest
  @ValueSource(strings = {"image.gif", "image", "png", "image.", ".hidden"})
  void anotherExtensionIsRefused(String name) {
    assertRefused(folder.resolve(name), false, "end it in .png, .jpg or .webp");
  }

  @Test
  void anExistingFileIsKeptUnlessToldOtherwise() throws IOException {
    Path file = Files.writeString(folder.resolve("image.png"), "mine");
    assertRefused(file, false, file + " exists; choose another name or allow overwriting it");
    assertThat(file).hasContent("mine");
    ImageFiles.checkWritable(file, true);
    ImageFiles.write(TrainingImages.noise(4, 4), file, WriteOptions.REPLACE);
    assertThat(ImageFiles.read(file).width()).isEqualTo(4);
  }

  @Test
  void aMissingFolderIsRefused() {
    assertRefused(folder.resolve("no/image.png"), false, "does not exist; create it first");
  }

  @Test
  void aFileInPlaceOfTheFolderIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertRefused(file.resolve("image.png"), false, "is a file, not a folder");
  }

  @Test
  void aFolderAsTargetIsRefused() throws IOException {
    Path target = Files.createDirectory(folder.resolve("images.png"));
    assertRefused(target, true, "is a folder; name a file in it");
  }

  @Test
  void aReadOnlyFolderIsRefused() throws IOException {
    assumeFalse("root".equals(System.getProperty("user.name")), "root may write anywhere");
    Path locked =
        Files.createDirectory(
            folder.resolve("locked"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
    assertRefused(locked.resolve("image.png"), false, "permission denied");
  }

  @Test
  void checkingWritesNothing() throws IOException {
    ImageFiles.checkWritable(folder.resolve("image.png"), false);
    assertThat(names()).isEmpty();
  }

  @Test
  void nothingButTheFileRemains() throws IOException {
    ImageFiles.write(TrainingImages.noise(8, 8), folder.resolve("image.webp"));
    assertThat(names()).containsExactly("image.webp");
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNoOther() throws IOException {
    Path file = Files.writeString(folder.resolve("image.png"), "mine");
    assertThatThrownBy(
            () ->
                ImageFiles.write(
                    TrainingImages.noise(4, 4),
                    file,
                    new WriteOptions(Map.of("prompt", "a\0b"), true)))
        .isInstanceOf(ImageException.class);
    assertThat(file).hasContent("mine");
    assertThat(names()).containsExactly("image.png");
  }

  @Test
  void aFailureAfterEncodingLeavesNoTemporaryFile() throws IOException {
    Path file = folder.resolve("a".repeat(300) + ".png");
    assertThatThrownBy(() -> ImageFiles.write(TrainingImages.noise(4, 4), file))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("cannot write " + file);
    assertThat(names()).isEmpty();
  }

  @Test
  void aFullDiskFailsTheEncoder() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "no /dev/full here");
    ImageEncoder encoder =
        ImageEncoder.of(ImageFormat.PNG, TrainingImages.noise(300, 300), NO_TEXTS, 95);
    assertThatThrownBy(
            () -> {
              try (OutputStream out = Files.newOutputStream(full)) {
                encoder.encode(out);
              } catch (IOException e) {
                throw ImageException.from(e, "write", full);
              }
            })
        .hasMessage("cannot write /dev/full: no space left on the disk")
        .matches(error -> !((ImageException) error).isRefusal());
  }

  @Test
  void aWrittenFileHasTheUsualPermissions() throws IOException {
    assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"));
    Path usual = Files.writeString(folder.resolve("usual.txt"), "");
    Path file = folder.resolve("image.png");
    ImageFiles.write(TrainingImages.noise(4, 4), file);
    assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(usual));
  }

  @Test
  void anImageTooLargeForWebpIsRefused() {
    RgbImage image = RgbImage.of(16384, 1, new byte[16384 * 3]);
    assertThatThrownBy(() -> ImageFiles.write(image, folder.resolve("image.webp")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("at most 16383 pixels");
  }

  @Test
  void bytesThatDoNotFitTheSizeAreRefused() {
    assertThatThrownBy(() -> RgbImage.of(2, 2, new byte[11]))
        .isInstanceOf(ImageException.class)
        .hasMessage("an image of 2x2 needs 12 bytes, but got 11");
  }

  @Test
  void anImageKeepsItsOwnBytes() {
    byte[] rgb = {1, 2, 3};
    RgbImage image = RgbImage.of(1, 1, rgb);
    rgb[0] = 9;
    image.rgb()[1] = 9;
    assertThat(image.rgb()).containsExactly(1, 2, 3);
    assertThat(image.toBufferedImage().getRGB(0, 0)).isEqualTo(0xFF010203);
  }

  private void assertRefused(Path target, boolean overwrite, String reason) {
    assertThatThrownBy(() -> ImageFiles.checkWritable(target, overwrite))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(reason)
        .message()
        .hasLineCount(1);
    assertThatThrownBy(
            () ->
                ImageFiles.write(
                    TrainingImages.noise(2, 2), target, new WriteOptions(NO_TEXTS, overwrite)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(reason);
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }
}
