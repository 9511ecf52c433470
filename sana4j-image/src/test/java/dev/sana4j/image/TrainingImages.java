package dev.sana4j.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Images and hand-made PNG files for the tests of this package. */
final class TrainingImages {

  private TrainingImages() {}

  /** Noise: the hardest case for a lossless round trip. */
  static RgbImage noise(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    new Random(7).nextBytes(rgb);
    return RgbImage.of(width, height, rgb);
  }

  /** A smooth image, which lossy formats keep well. */
  static RgbImage gradient(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int i = (y * width + x) * 3;
        rgb[i] = (byte) (x * 255 / width);
        rgb[i + 1] = (byte) (y * 255 / height);
        rgb[i + 2] = (byte) (255 - x * 255 / width);
      }
    }
    return RgbImage.of(width, height, rgb);
  }

  /** Returns the mean difference of the bytes of two images. */
  static double meanDifference(RgbImage a, RgbImage b) {
    byte[] left = a.rgb();
    byte[] right = b.rgb();
    long sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += Math.abs((left[i] & 0xFF) - (right[i] & 0xFF));
    }
    return (double) sum / left.length;
  }

  static byte[] deflated(byte[] data) {
    var out = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(out)) {
      deflater.write(data);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] join(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] chunk(String type, byte[]... data) {
    byte[] body = join(latin(type), join(data));
    var checksum = new CRC32();
    checksum.update(body);
    return ByteBuffer.allocate(body.length + 8)
        .putInt(body.length - 4)
        .put(body)
        .putInt((int) checksum.getValue())
        .array();
  }

  static byte[] header(int width, int height, int bits, int colourType) {
    byte[] data =
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put((byte) bits)
            .put((byte) colourType)
            .array();
    return chunk("IHDR", data);
  }

  /** Writes a PNG with these chunks between signature and IEND. */
  static Path png(Path file, byte[]... chunks) throws IOException {
    return Files.write(file, join(latin("\u0089PNG\r\n\u001A\n"), join(chunks), chunk("IEND")));
  }
}
