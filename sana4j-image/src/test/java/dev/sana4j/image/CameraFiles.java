package dev.sana4j.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.RenderedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Files as cameras, browsers and graphics programs write them, for the tests of this package. */
final class CameraFiles {
  private CameraFiles() {}

  /** Writes an image in a format of the JDK. */
  static byte[] of(String format, RenderedImage image) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var stream = new MemoryCacheImageOutputStream(out)) {
      ImageIO.write(image, format, stream);
    }
    return out.toByteArray();
  }

  static byte[] tiff(RenderedImage image, String compression) throws IOException {
    ImageWriter writer = JdkCodecs.writer("tiff");
    ImageWriteParam settings = writer.getDefaultWriteParam();
    settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    settings.setCompressionType(compression);
    var out = new ByteArrayOutputStream();
    try (var stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), settings);
    }
    writer.dispose();
    return out.toByteArray();
  }

  static BufferedImage buffered(RgbImage image) {
    var copy = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] rgb = image.rgb();
    for (int i = 0; i < rgb.length / 3; i++) {
      int value =
          ((rgb[3 * i] & 0xFF) << 16) | ((rgb[3 * i + 1] & 0xFF) << 8) | (rgb[3 * i + 2] & 0xFF);
      copy.setRGB(i % image.width(), i / image.width(), value);
    }
    return copy;
  }

  /** Returns 16x16 pixels with the same four values. */
  static WritableRaster inks(int... values) {
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, values.length, null);
    for (int i = 0; i < 256; i++) {
      raster.setPixel(i % 16, i / 16, values);
    }
    return raster;
  }

  /** Writes a JPEG of four channels as they are, without a marker. */
  static byte[] jpeg(Raster inks) throws IOException {
    ImageWriter writer = JdkCodecs.writer("jpeg");
    ImageWriteParam settings = writer.getDefaultWriteParam();
    settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    settings.setCompressionQuality(1);
    var out = new ByteArrayOutputStream();
    try (var stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(inks, null, null), settings);
    }
    writer.dispose();
    return out.toByteArray();
  }

  /** Inserts a segment after the start of a JPEG. */
  static byte[] withSegment(byte[] jpeg, int marker, byte[]... content) {
    byte[] all = TrainingImages.join(content);
    byte[] head =
        ByteBuffer.allocate(4)
            .putShort((short) (0xFF00 | marker))
            .putShort((short) (all.length + 2))
            .array();
    return TrainingImages.join(
        Arrays.copyOf(jpeg, 2), head, all, Arrays.copyOfRange(jpeg, 2, jpeg.length));
  }

  /** Returns the content of Adobe's marker; transform 0 is CMYK, 2 is YCCK. */
  static byte[] adobe(int transform) {
    return TrainingImages.join(
        TrainingImages.latin("Adobe"), new byte[] {0, 100, 0, 0, 0, 0, (byte) transform});
  }

  /** Returns an ICC profile in which every mixture of four inks is the same grey. */
  static byte[] greyProfile() {
    int lut = 48 + 4 * 256 + 16 * 3 + 3 * 256;
    ByteBuffer data = ByteBuffer.allocate(128 + 4 + 12 + lut);
    data.putInt(0, data.capacity()).putInt(8, 0x02400000);
    data.position(12).put(TrainingImages.latin("prtrCMYKLab "));
    data.position(36).put(TrainingImages.latin("acsp"));
    data.putInt(68, 0xF6D6).putInt(72, 0x10000).putInt(76, 0xD32D);
    data.position(128).putInt(1);
    data.put(TrainingImages.latin("A2B0")).putInt(144).putInt(lut);
    data.put(TrainingImages.latin("mft1")).putInt(0);
    data.put((byte) 4).put((byte) 3).put((byte) 2).put((byte) 0);
    for (int i = 0; i < 9; i++) {
      data.putInt(i % 4 == 0 ? 0x10000 : 0);
    }
    putRamps(data, 4);
    for (int i = 0; i < 16; i++) {
      data.put((byte) 128).put((byte) 128).put((byte) 128); // L* 50, a* 0, b* 0
    }
    putRamps(data, 3);
    return data.array();
  }

  private static void putRamps(ByteBuffer data, int count) {
    for (int i = 0; i < count * 256; i++) {
      data.put((byte) i);
    }
  }
}
