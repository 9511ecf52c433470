package dev.sana4j.pipeline.engine;

import dev.sana4j.files.IoReason;
import dev.sana4j.weights.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * The version of a file at the time it was read.
 *
 * @param file an existing file
 * @param modified time of the last change
 * @param bytes its size
 */
record FileVersion(Path file, FileTime modified, long bytes) {
  static FileVersion of(Path file) {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileVersion(file, attributes.lastModifiedTime(), attributes.size());
    } catch (IOException e) {
      throw new CheckpointException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }
}
