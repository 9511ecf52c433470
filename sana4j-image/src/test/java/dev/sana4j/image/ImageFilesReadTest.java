package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFilesReadTest {

  @TempDir Path folder;

  @Test
  void theContentDecidesNotTheName() throws IOException {
    Path png = folder.resolve("a.png");
    ImageFiles.write(TrainingImages.noise(5, 4), png);
    Path misnamed = Files.copy(png, folder.resolve("a.jpg"));
    assertThat(ImageFiles.read(misnamed).rgb()).isEqualTo(TrainingImages.noise(5, 4).rgb());
  }

  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY})
  void greyLevelsStayAsTheyAre(int type) throws IOException {
    var grey = new BufferedImage(2, 1, type);
    int scale = type == BufferedImage.TYPE_BYTE_GRAY ? 1 : 257;
    grey.getRaster().setSample(0, 0, 0, 100 * scale);
    grey.getRaster().setSample(1, 0, 0, 200 * scale);
    assertThat(ImageFiles.read(png(grey)).rgb())
        .containsExactly(100, 100, 100, (byte) 200, (byte) 200, (byte) 200);
  }

  @Test
  void greyJpegsStayAsTheyAre() throws IOException {
    var grey = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 256; i++) {
      grey.getRaster().setSample(i % 16, i / 16, 0, 100);
    }
    Path file = folder.resolve("grey.jpg");
    ImageIO.write(grey, "jpeg", file.toFile());
    assertThat(ImageFiles.read(file).rgb()).containsOnly(100);
  }

  @Test
  void transparentPixelsLieOverWhite() throws IOException {
    var image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00FF0000);
    image.setRGB(1, 0, 0xFF102030);
    image.setRGB(2, 0, 0x80000000);
    assertThat(ImageFiles.read(png(image)).rgb())
        .containsExactly(-1, -1, -1, 0x10, 0x20, 0x30, 127, 127, 127);
  }

  @Test
  void palettesAreResolved() throws IOException {
    byte[] palette = {10, 20, 30, 40, 50, 60};
    Path file =
        TrainingImages.png(
            folder.resolve("palette.png"),
            TrainingImages.header(2, 1, 8, 3),
            TrainingImages.chunk("PLTE", palette),
            TrainingImages.chunk("IDAT", TrainingImages.deflated(new byte[] {0, 1, 0})));
    assertThat(ImageFiles.read(file).rgb()).containsExactly(40, 50, 60, 10, 20, 30);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 3, 4, 6})
  void aTextBombInAPngIsNotInflated(int colourType) throws IOException {
    byte[] bomb = TrainingImages.deflated(new byte[64 << 20]);
    byte[][] chunks = new byte[40][];
    Arrays.fill(chunks, TrainingImages.chunk("zTXt", TrainingImages.latin("a\0\0"), bomb));
    int channels = new int[] {1, 0, 3, 1, 2, 0, 4}[colourType];
    Path file =
        TrainingImages.png(
            folder.resolve("bomb.png"),
            TrainingImages.header(1, 1, 8, colourType),
            TrainingImages.chunk("iCCP", TrainingImages.latin("p\0\0"), bomb),
            TrainingImages.join(chunks),
            colourType == 3 ? TrainingImages.chunk("PLTE", new byte[3]) : new byte[0],
            TrainingImages.chunk("IDAT", TrainingImages.deflated(new byte[1 + channels])));
    var thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();
    assertThat(ImageFiles.read(file).width()).isEqualTo(1);
    assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(32L << 20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"16385x1", "1x16385", "2147483647x2147483647", "0x0", "-1x5"})
  void aHugeDeclaredSizeIsRefusedBeforeDecoding(String size) throws IOException {
    String[] sides = size.split("x", -1);
    Path file =
        TrainingImages.png(
            folder.resolve("huge.png"),
            TrainingImages.header(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]), 8, 2),
            TrainingImages.chunk("IDAT", TrainingImages.deflated(new byte[100])));
    assertRefused(file, file.toString());
  }

  @Test
  void aHugeJpegIsRefusedBeforeDecoding() throws IOException {
    Path file = folder.resolve("huge.jpg");
    ImageFiles.write(TrainingImages.gradient(32, 32), file);
    byte[] jpeg = Files.readAllBytes(file);
    int frame = indexOf(jpeg, 0xFF, 0xC0);
    Arrays.fill(jpeg, frame + 5, frame + 9, (byte) 0x77);
    Files.write(file, jpeg);
    assertRefused(file, "30583x30583 pixels");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.png", "a.jpg", "a.webp"})
  void aTruncatedFileIsRefused(String name) throws IOException {
    Path file = folder.resolve(name);
    ImageFiles.write(TrainingImages.noise(64, 64), file);
    byte[] whole = Files.readAllBytes(file);
    for (int eighth = 0; eighth < 8; eighth++) {
      Path cut =
          Files.write(folder.resolve("cut"), Arrays.copyOf(whole, whole.length * eighth / 8));
      assertRefused(cut, cut.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.png", "a.jpg", "a.webp"})
  void scrambledFilesGiveAnImageOrAClearError(String name) throws IOException {
    Path file = folder.resolve(name);
    ImageFiles.write(TrainingImages.gradient(48, 48), file);
    byte[] whole = Files.readAllBytes(file);
    var random = new Random(11);
    for (int round = 0; round < 300; round++) {
      byte[] scrambled = whole.clone();
      for (int i = 0; i < 4; i++) {
        scrambled[random.nextInt(scrambled.length)] = (byte) random.nextInt();
      }
      Path damaged = Files.write(folder.resolve("damaged"), scrambled);
      try {
        assertThat(ImageFiles.read(damaged).rgb()).isNotEmpty();
      } catch (ImageException e) {
        assertThat(e.getMessage()).contains("damaged").hasLineCount(1);
      }
    }
  }

  @Test
  void anImageOfTooManyPixelsIsRefusedBeforeDecoding() throws IOException {
    Path file =
        TrainingImages.png(
            folder.resolve("bomb.png"),
            TrainingImages.header(16384, 8193, 8, 0),
            TrainingImages.chunk("IDAT", TrainingImages.deflated(new byte[100])));
    assertRefused(file, "at most 128 MiPixels are supported");
  }

  @Test
  void ofSixteenBitsTheUpperEightCount() throws IOException {
    byte[] row = {0, 0x12, 0x34, (byte) 0xAB, (byte) 0xCD, (byte) 0xFF, (byte) 0xFF};
    Path file =
        TrainingImages.png(
            folder.resolve("deep.png"),
            TrainingImages.header(1, 1, 16, 2),
            TrainingImages.chunk("IDAT", TrainingImages.deflated(row)));
    byte[] rgb = ImageFiles.read(file).rgb();
    assertThat(rgb[0] & 0xFF).isBetween(0x12, 0x13);
    assertThat(rgb[1] & 0xFF).isBetween(0xAB, 0xAC);
    assertThat(rgb[2] & 0xFF).isEqualTo(0xFF);
  }

  @Test
  void ofATransparentImageTheTransparencyIsTheMask() throws IOException {
    var image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00FF0000);
    image.setRGB(1, 0, 0xFFFFFFFF);
    image.setRGB(2, 0, 0x80000000);
    assertThat(ImageFiles.readMask(png(image)).rgb())
        .containsExactly(-1, -1, -1, 0, 0, 0, 127, 127, 127);
  }

  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_INT_RGB})
  void ofAnOpaqueImageTheColoursAreTheMask(int type) throws IOException {
    var image = new BufferedImage(2, 1, type);
    image.setRGB(0, 0, 0xFF000000);
    image.setRGB(1, 0, 0xFFFFFFFF);
    assertThat(ImageFiles.readMask(png(image)).rgb()).containsExactly(0, 0, 0, -1, -1, -1);
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    assertRefused(
        Files.writeString(folder.resolve("a.png"), "a text"),
        "is not a PNG, JPEG, WebP, GIF, BMP or TIFF image");
    assertRefused(Files.createFile(folder.resolve("b.png")), "is not a PNG, JPEG");
    assertRefused(folder, "is not a regular file");
    assertRefused(folder.resolve("missing.png"), "does not exist");
  }

  private Path png(BufferedImage image) throws IOException {
    Path file = folder.resolve("made.png");
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  private static int indexOf(byte[] data, int first, int second) {
    int i = 0;
    while ((data[i] & 0xFF) != first || (data[i + 1] & 0xFF) != second) {
      i++;
    }
    return i;
  }

  private static void assertRefused(Path file, String reason) {
    assertThatThrownBy(() -> ImageFiles.read(file))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(reason)
        .message()
        .hasLineCount(1);
  }
}
