package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CameraFilesReadTest {
  private static final byte[] PROFILE_HEAD = TrainingImages.latin("ICC_PROFILE\0\1\1");

  private static ImageSource source(byte[] bytes) {
    return ImageSource.of("sent", bytes);
  }

  private static ImageSource resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(CameraFilesReadTest.class.getResourceAsStream(name))) {
      return ImageSource.of(name, in.readAllBytes());
    }
  }

  private static int[] pixel(byte[] file) {
    byte[] rgb = ImageFiles.read(source(file)).rgb();
    int middle = 3 * (8 * 16 + 8);
    return new int[] {rgb[middle] & 0xFF, rgb[middle + 1] & 0xFF, rgb[middle + 2] & 0xFF};
  }

  private static void assertPixel(byte[] file, int red, int green, int blue) {
    int[] found = pixel(file);
    assertThat(found[0]).isCloseTo(red, within(3));
    assertThat(found[1]).isCloseTo(green, within(3));
    assertThat(found[2]).isCloseTo(blue, within(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bmp", "tiff"})
  void losslessFormatsKeepThePixels(String format) throws IOException {
    RgbImage noise = TrainingImages.noise(13, 7);
    byte[] file = CameraFiles.of(format, CameraFiles.buffered(noise));
    assertThat(ImageFiles.read(source(file)).rgb()).isEqualTo(noise.rgb());
    assertThat(ImageFiles.size(source(file))).isEqualTo(noise.size());
    assertThat(ImageFiles.isImage(source(file))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"LZW", "Deflate", "ZLib", "PackBits"})
  void aTiffIsReadWithEveryLosslessCompression(String compression) throws IOException {
    RgbImage image = TrainingImages.gradient(40, 30);
    byte[] file = CameraFiles.tiff(CameraFiles.buffered(image), compression);
    assertThat(ImageFiles.read(source(file)).rgb()).isEqualTo(image.rgb());
  }

  @Test
  void aTiffIsReadWithJpegCompression() throws IOException {
    RgbImage image = TrainingImages.gradient(40, 30);
    byte[] file = CameraFiles.tiff(CameraFiles.buffered(image), "JPEG");
    RgbImage read = ImageFiles.read(source(file));
    assertThat(TrainingImages.meanDifference(read, image)).isLessThan(6);
  }

  @Test
  void aTiffOfSixteenBitsKeepsTheUpperEight() throws IOException {
    var grey = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    grey.getRaster().setSample(0, 0, 0, 100 * 257);
    grey.getRaster().setSample(1, 0, 0, 200 * 257);
    assertThat(ImageFiles.read(source(CameraFiles.of("tiff", grey))).rgb())
        .containsExactly(100, 100, 100, (byte) 200, (byte) 200, (byte) 200);
  }

  @Test
  void transparentPixelsOfATiffLieOverWhite() throws IOException {
    var image = new BufferedImage(2, 1, BufferedImage.TYPE_4BYTE_ABGR);
    image.setRGB(0, 0, 0x00FF0000);
    image.setRGB(1, 0, 0xFF102030);
    assertThat(ImageFiles.read(source(CameraFiles.of("tiff", image))).rgb())
        .containsExactly(-1, -1, -1, 0x10, 0x20, 0x30);
  }

  @Test
  void transparentPixelsOfAGifLieOverWhiteAndAreTheMask() throws IOException {
    var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00FF0000);
    image.setRGB(1, 0, 0xFF102030);
    ImageSource gif = source(CameraFiles.of("gif", image));
    assertThat(ImageFiles.read(gif).rgb()).containsExactly(-1, -1, -1, 0x10, 0x20, 0x30);
    assertThat(ImageFiles.readMask(gif).rgb()).containsExactly(-1, -1, -1, 0, 0, 0);
  }

  @Test
  void aSmallFirstFrameOfAGifLiesOnItsCanvas() throws IOException {
    var image = new BufferedImage(1, 1, BufferedImage.TYPE_3BYTE_BGR);
    byte[] file = CameraFiles.of("gif", image);
    file[6] = 2; // the width of the screen
    assertThat(ImageFiles.read(source(file)).rgb()).containsExactly(0, 0, 0, -1, -1, -1);
    assertThat(ImageFiles.size(source(file))).isEqualTo(new ImageSize(2, 1));
  }

  @Test
  void aCmykJpegOfAdobeHasTheColoursOfTheOriginal() throws IOException {
    RgbImage plain = ImageFiles.read(resource("plain.png"));
    RgbImage print = ImageFiles.read(resource("cmyk.jpg"));
    assertThat(TrainingImages.meanDifference(print, plain)).isLessThan(3);
  }

  @Test
  void aJpegOfABrowserHasTheColoursOfTheOriginal() throws IOException {
    RgbImage plain = ImageFiles.read(resource("plain.png"));
    assertThat(TrainingImages.meanDifference(ImageFiles.read(resource("photo.jfif")), plain))
        .isLessThan(5);
    assertThat(ImageFiles.read(resource("lossless.webp")).rgb()).isEqualTo(plain.rgb());
  }

  @Test
  void inksWithoutAMarkerAreNotInverted() throws IOException {
    assertPixel(CameraFiles.jpeg(CameraFiles.inks(0, 255, 255, 0)), 255, 0, 0);
    assertPixel(CameraFiles.jpeg(CameraFiles.inks(0, 0, 0, 155)), 100, 100, 100);
  }

  @Test
  void inksWithTheMarkerOfAdobeAreInverted() throws IOException {
    byte[] plain = CameraFiles.jpeg(CameraFiles.inks(255, 0, 0, 255));
    assertPixel(CameraFiles.withSegment(plain, 0xEE, CameraFiles.adobe(0)), 255, 0, 0);
  }

  /** Y 76, Cb 85, Cr 255 are those of pure red. */
  @Test
  void lumaAndBlackAreConverted() throws IOException {
    byte[] plain = CameraFiles.jpeg(CameraFiles.inks(76, 85, 255, 255));
    assertPixel(CameraFiles.withSegment(plain, 0xEE, CameraFiles.adobe(2)), 254, 0, 0);
  }

  @Test
  void theProfileOfACmykJpegDecides() throws IOException {
    byte[] plain = CameraFiles.jpeg(CameraFiles.inks(0, 255, 255, 0));
    byte[] profiled = CameraFiles.withSegment(plain, 0xE2, PROFILE_HEAD, CameraFiles.greyProfile());
    assertPixel(profiled, 119, 119, 119);
  }

  @Test
  void aDamagedProfileIsIgnored() throws IOException {
    byte[] plain = CameraFiles.jpeg(CameraFiles.inks(0, 255, 255, 0));
    byte[] profile = Arrays.copyOf(CameraFiles.greyProfile(), 300);
    assertPixel(CameraFiles.withSegment(plain, 0xE2, PROFILE_HEAD, profile), 255, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({"II, 8", "MM, 8", "II, 16", "MM, 16"})
  void aCmykTiffIsConverted(String order, int bits) {
    assertPixel(inkTiff(order, bits, 0, 255, 255, 0), 255, 0, 0);
  }

  /** An uncompressed TIFF of 16x16 pixels with these inks. */
  private static byte[] inkTiff(String order, int bits, int... inks) {
    int bytes = bits / 8;
    ByteBuffer data = ByteBuffer.allocate(200 + 256 * 4 * bytes);
    data.order(order.equals("II") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    data.put(TrainingImages.latin(order)).putShort((short) 42).putInt(8).putShort((short) 8);
    entry(data, 256, 16);
    entry(data, 257, 16);
    data.putShort((short) 258).putShort((short) 3).putInt(4).putInt(180);
    entry(data, 259, 1);
    entry(data, 262, 5);
    entry(data, 273, 200);
    entry(data, 277, 4);
    entry(data, 279, 256 * 4 * bytes);
    for (int i = 0; i < 4; i++) {
      data.putShort(180 + 2 * i, (short) bits);
    }
    data.position(200);
    for (int i = 0; i < 256; i++) {
      for (int ink : inks) {
        for (int j = 0; j < bytes; j++) {
          data.put((byte) ink);
        }
      }
    }
    return data.array();
  }

  private static void entry(ByteBuffer data, int tag, int value) {
    data.putShort((short) tag).putShort((short) 4).putInt(1).putInt(value);
  }

  @Test
  void anEarlyTiffWithACompleteJpegIsRead() throws IOException {
    byte[] jpeg = CameraFiles.of("jpeg", CameraFiles.buffered(TrainingImages.gradient(16, 16)));
    ByteBuffer data = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
    data.put(TrainingImages.latin("II*\0")).putInt(8).putShort((short) 5);
    entry(data, 256, 16);
    entry(data, 257, 16);
    entry(data, 259, 6);
    entry(data, 513, 100);
    entry(data, 514, jpeg.length);
    byte[] file = TrainingImages.join(data.array(), jpeg);
    assertThat(ImageFiles.read(source(file)).rgb()).isEqualTo(ImageFiles.read(source(jpeg)).rgb());
  }

  @Test
  void aTiffIsTurnedUpright() throws IOException {
    byte[] tiff = CameraFiles.of("tiff", CameraFiles.buffered(TrainingImages.noise(4, 2)));
    byte[] file = withTag(tiff, 0x0112, 6);
    assertThat(ImageFiles.read(source(file)).size()).isEqualTo(new ImageSize(2, 4));
    assertThat(ImageFiles.size(source(file))).isEqualTo(new ImageSize(2, 4));
  }

  /** Copies the directory of a TIFF to the end and adds or replaces a tag. */
  private static byte[] withTag(byte[] tiff, int tag, int value) {
    ByteOrder order = tiff[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    ByteBuffer old = ByteBuffer.wrap(tiff).order(order);
    int directory = old.getInt(4);
    int count = old.getShort(directory);
    ByteBuffer data = ByteBuffer.allocate(tiff.length + 2 + 12 * (count + 1) + 4).order(order);
    data.put(tiff).putInt(4, tiff.length).putShort((short) (count + 1));
    entry(data, tag, value);
    for (int i = 0; i < count; i++) {
      if (old.getShort(directory + 2 + 12 * i) != (short) tag) {
        data.put(tiff, directory + 2 + 12 * i, 12);
      }
    }
    return data.array();
  }

  @ParameterizedTest
  @CsvSource({
    "256, 16385, expected sides",
    "322, 200000, its tiles have",
    "258, 32, at most 16 bits",
    "277, 1000, channels",
    "254, 1, raw file of a camera",
    "50706, 1, raw file of a camera",
    "273, 100000000, cut short",
    "259, 6, early kind of JPEG"
  })
  void aTiffThatCannotBeReadIsRefusedBeforeDecoding(int tag, int value, String reason)
      throws IOException {
    byte[] tiff = CameraFiles.of("tiff", CameraFiles.buffered(TrainingImages.noise(4, 2)));
    assertRefused(withTag(tiff, tag, value), reason);
  }

  @Test
  void aHugeJpegInsideASmallTiffIsRefused() throws IOException {
    byte[] file = CameraFiles.tiff(CameraFiles.buffered(TrainingImages.gradient(40, 30)), "JPEG");
    int frame = 0;
    while ((file[frame] & 0xFF) != 0xFF || (file[frame + 1] & 0xFF) != 0xC0) {
      frame++;
    }
    Arrays.fill(file, frame + 5, frame + 9, (byte) 0x77);
    assertRefused(file, "a part has 30583x30583 pixels");
  }

  @Test
  void aHugeGifIsRefusedBeforeDecoding() throws IOException {
    byte[] file = CameraFiles.of("gif", CameraFiles.buffered(TrainingImages.gradient(4, 4)));
    file[7] = 0x70;
    assertRefused(file, "28676x4 pixels");
  }

  /** The reader of the JDK compares the size with the length of the file. */
  @Test
  void aHugeBmpIsRefusedBeforeDecoding() throws IOException {
    byte[] file = CameraFiles.of("bmp", CameraFiles.buffered(TrainingImages.gradient(4, 4)));
    file[19] = 0x70;
    assertRefused(file, "sent is damaged");
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void aBmpThatWrapsAnotherImageIsRefused(int compression) throws IOException {
    byte[] file = CameraFiles.of("bmp", CameraFiles.buffered(TrainingImages.gradient(4, 4)));
    file[30] = (byte) compression;
    assertRefused(file, "a BMP that wraps a JPEG or PNG");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bmp", "gif", "tiff"})
  void aTruncatedFileIsRefused(String format) throws IOException {
    byte[] whole = CameraFiles.of(format, CameraFiles.buffered(TrainingImages.noise(64, 64)));
    for (int eighth = 0; eighth < 8; eighth++) {
      assertRefused(Arrays.copyOf(whole, whole.length * eighth / 8), "sent");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bmp", "gif", "tiff", "tiff LZW", "tiff JPEG", "cmyk"})
  void scrambledFilesGiveAnImageOrAClearError(String kind) throws IOException {
    BufferedImage image = CameraFiles.buffered(TrainingImages.gradient(48, 48));
    byte[] whole =
        switch (kind) {
          case "tiff LZW" -> CameraFiles.tiff(image, "LZW");
          case "tiff JPEG" -> CameraFiles.tiff(image, "JPEG");
          case "cmyk" -> CameraFiles.jpeg(CameraFiles.inks(1, 2, 3, 4));
          default -> CameraFiles.of(kind, image);
        };
    var random = new Random(11);
    for (int round = 0; round < 300; round++) {
      byte[] scrambled = whole.clone();
      for (int i = 0; i < 4; i++) {
        scrambled[random.nextInt(scrambled.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(ImageFiles.read(source(scrambled)).rgb()).isNotEmpty();
      } catch (ImageException e) {
        assertThat(e.getMessage()).startsWith("sent ").hasLineCount(1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'\0\0\0 ftypheic', a HEIC or AVIF image",
    "'8BPS\0\1', a Photoshop document",
    "'<svg xmlns=', 'an HTML, SVG or XML document'",
    "'version https://git-lfs.github.com/spec/v1', 'a Git LFS pointer, not the image itself'",
    "'BMW is a car, not a bitmap', is not a PNG"
  })
  void otherFilesAreRefusedByKind(String start, String kind) {
    assertRefused(TrainingImages.latin(start), kind);
    assertThat(ImageFiles.isImage(source(TrainingImages.latin(start)))).isFalse();
  }

  private static void assertRefused(byte[] file, String reason) {
    assertThatThrownBy(() -> ImageFiles.read(source(file)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(reason)
        .message()
        .hasLineCount(1);
  }
}
