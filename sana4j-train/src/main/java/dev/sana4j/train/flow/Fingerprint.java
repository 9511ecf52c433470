package dev.sana4j.train.flow;

import dev.sana4j.files.IoReason;
import dev.sana4j.train.TrainingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Identifies the files of a model part without reading gigabytes. */
final class Fingerprint {
  private static final int HEAD = 4 << 20;
  private static final int TAIL = 1 << 20;

  private Fingerprint() {}

  /** Returns a checksum over names, sizes, the beginning and the end of all files. */
  static String of(Path folder) {
    CRC32C checksum = new CRC32C();
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> sorted = files.filter(Files::isRegularFile).sorted().toList();
      for (Path file : sorted) {
        long size = Files.size(file);
        checksum.update((file.getFileName() + ":" + size).getBytes(StandardCharsets.UTF_8));
        try (InputStream in = Files.newInputStream(file)) {
          checksum.update(in.readNBytes(HEAD));
          in.skipNBytes(Math.max(0, size - HEAD - TAIL));
          checksum.update(in.readNBytes(TAIL));
        }
      }
    } catch (IOException e) {
      throw new TrainingException(folder + " cannot be read: " + IoReason.of(e), e);
    }
    return folder.getFileName() + "-%08x".formatted(checksum.getValue());
  }
}
