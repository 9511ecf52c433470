package dev.sana4j.data;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.RgbImage;
import dev.sana4j.image.WriteOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Small data sets for the tests of this package. */
final class Samples {
  private Samples() {}

  /** Returns an image of one grey. */
  static RgbImage plain(int width, int height, int grey) {
    byte[] rgb = new byte[width * height * 3];
    Arrays.fill(rgb, (byte) grey);
    return RgbImage.of(width, height, rgb);
  }

  static Path image(Path file, int width, int height, int grey) throws IOException {
    Files.createDirectories(file.getParent());
    ImageFiles.write(plain(width, height, grey), file, WriteOptions.REPLACE);
    return file;
  }

  static void captioned(Path folder, String name, int width, int height, int grey)
      throws IOException {
    image(folder.resolve(name + ".png"), width, height, grey);
    Files.writeString(folder.resolve(name + ".txt"), "a grey of " + grey);
  }

  /** Truncates a PNG: its header is valid, its pixels are incomplete. */
  static void cutShort(Path image) throws IOException {
    byte[] bytes = Files.readAllBytes(image);
    Files.write(image, Arrays.copyOf(bytes, 45));
  }

  static byte[] png(Path scratch, int width, int height, int grey) throws IOException {
    Path file = image(scratch.resolve("scratch.png"), width, height, grey);
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return bytes;
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Writes an archive; the arguments alternate between name and content. */
  static Path tar(Path file, Object... members) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        var tar = new TarArchiveOutputStream(out)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (int i = 0; i < members.length; i += 2) {
        byte[] content = (byte[]) members[i + 1];
        var entry = new TarArchiveEntry((String) members[i]);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return file;
  }
}
