package dev.sana4j.train.loop;

import dev.sana4j.files.AtomicFile;
import dev.sana4j.files.AtomicFolder;
import dev.sana4j.files.IoReason;
import dev.sana4j.train.TrainingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Replaces folders and files with complete new ones. */
public final class ModelFiles {
  private ModelFiles() {}

  /** Fills a folder and replaces an older one, see {@link AtomicFolder#write}. */
  public static void replace(Path target, AtomicFolder.Content content) {
    try {
      AtomicFolder.write(target, AtomicFile.Mode.REPLACE, content);
    } catch (IOException e) {
      throw new TrainingException(target + " cannot be written: " + IoReason.of(e), e);
    }
  }

  /** Writes a text under a temporary name and replaces an older one. */
  static void replaceText(Path target, String text) {
    try {
      Files.createDirectories(target.toAbsolutePath().getParent());
      AtomicFile.write(
          target, AtomicFile.Mode.REPLACE, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new TrainingException(target + " cannot be written: " + IoReason.of(e), e);
    }
  }
}
