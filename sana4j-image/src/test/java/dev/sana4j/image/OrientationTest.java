package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrientationTest {
  @TempDir private Path folder;

  /** A TIFF header and a directory with another tag before the orientation. */
  private static byte[] exif(int code, ByteOrder order) {
    ByteBuffer data = ByteBuffer.allocate(8 + 2 + 24 + 4).order(order);
    data.put(TrainingImages.latin(order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM"));
    data.putShort((short) 42).putInt(8).putShort((short) 2);
    data.putShort((short) 0x010F).putShort((short) 2).putInt(1).putInt(0);
    data.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) code);
    return data.array();
  }

  /** The letters abc above def, as levels of grey. */
  private Path letters(byte[] exif) throws IOException {
    return TrainingImages.png(
        folder.resolve("letters.png"),
        TrainingImages.header(3, 2, 8, 0),
        TrainingImages.chunk("eXIf", exif),
        TrainingImages.chunk("IDAT", TrainingImages.deflated(TrainingImages.latin("\0abc\0def"))));
  }

  private static String rows(RgbImage image) {
    var rows = new StringBuilder();
    byte[] rgb = image.rgb();
    for (int i = 0; i < rgb.length; i += 3) {
      rows.append(i > 0 && i / 3 % image.width() == 0 ? "/" : "").append((char) rgb[i]);
    }
    return rows.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "1, abc/def",
    "2, cba/fed",
    "3, fed/cba",
    "4, def/abc",
    "5, ad/be/cf",
    "6, da/eb/fc",
    "7, fc/eb/da",
    "8, cf/be/ad",
    "0, abc/def",
    "9, abc/def"
  })
  void anImageIsTurnedUpright(int code, String expected) throws IOException {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      Path file = letters(exif(code, order));
      RgbImage image = ImageFiles.read(file);
      assertThat(rows(image)).isEqualTo(expected);
      assertThat(ImageFiles.size(ImageSource.of(file))).isEqualTo(image.size());
    }
  }

  /** The segments of a camera: JFIF first, then EXIF. */
  @Test
  void aJpegIsTurnedUprightToo() throws IOException {
    Path plain = folder.resolve("plain.jpg");
    RgbImage wide = TrainingImages.gradient(48, 16);
    ImageFiles.write(wide, plain);
    byte[] jpeg = Files.readAllBytes(plain);
    byte[] exif =
        TrainingImages.join(TrainingImages.latin("Exif\0\0"), exif(6, ByteOrder.BIG_ENDIAN));
    byte[] segment =
        ByteBuffer.allocate(4 + exif.length)
            .putShort((short) 0xFFE1)
            .putShort((short) (exif.length + 2))
            .put(exif)
            .array();
    int afterJfif = 2 + 2 + 16;
    Path turned =
        Files.write(
            folder.resolve("turned.jpg"),
            TrainingImages.join(
                Arrays.copyOf(jpeg, afterJfif),
                segment,
                Arrays.copyOfRange(jpeg, afterJfif, jpeg.length)));

    RgbImage upright = ImageFiles.read(turned);

    assertThat(upright.size()).isEqualTo(new ImageSize(16, 48));
    assertThat(ImageFiles.size(ImageSource.of(turned))).isEqualTo(upright.size());
    RgbImage read = ImageFiles.read(plain);
    for (int x = 0; x < 48; x++) {
      // The former top row is the right column.
      assertThat(upright.rgb()[(x * 16 + 15) * 3]).isEqualTo(read.rgb()[x * 3]);
    }
  }

  @Test
  void aWebPIsTurnedUprightToo() throws IOException {
    Path plain = folder.resolve("plain.webp");
    ImageFiles.write(TrainingImages.gradient(48, 16), plain);
    byte[] exif = exif(8, ByteOrder.LITTLE_ENDIAN);
    byte[] chunk =
        ByteBuffer.allocate(8 + exif.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(TrainingImages.latin("EXIF"))
            .putInt(exif.length)
            .put(exif)
            .array();
    Path turned =
        Files.write(
            folder.resolve("turned.webp"), TrainingImages.join(Files.readAllBytes(plain), chunk));

    assertThat(ImageFiles.read(turned).size()).isEqualTo(new ImageSize(16, 48));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 8, 9, 10, 20, 33})
  void exifThatIsCutShortIsLeftAlone(int length) throws IOException {
    byte[] exif = Arrays.copyOf(exif(6, ByteOrder.BIG_ENDIAN), length);
    assertThat(rows(ImageFiles.read(letters(exif)))).isEqualTo("abc/def");
  }

  @Test
  void scrambledExifGivesAnImageOfEitherShape() throws IOException {
    var random = new Random(3);
    for (int round = 0; round < 300; round++) {
      byte[] exif = exif(6, ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < 3; i++) {
        exif[random.nextInt(exif.length)] = (byte) random.nextInt();
      }
      assertThat(ImageFiles.read(letters(exif)).rgb()).hasSize(18);
    }
  }
}
