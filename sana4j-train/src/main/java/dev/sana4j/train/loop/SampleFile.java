package dev.sana4j.train.loop;

import dev.sana4j.files.IoReason;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.RgbImage;
import dev.sana4j.image.WriteOptions;
import dev.sana4j.train.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes sample grids. */
final class SampleFile {
  private SampleFile() {}

  static Path write(Path file, RgbImage sheet) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new TrainingException(
          "the folder of " + file + " cannot be made: " + IoReason.of(e), e);
    }
    ImageFiles.write(sheet, file, WriteOptions.REPLACE);
    return file;
  }
}
