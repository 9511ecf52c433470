package dev.sana4j.train.loop;

import dev.sana4j.files.AtomicFile;
import dev.sana4j.files.FolderTree;
import dev.sana4j.train.TrainingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Puts complete folders and files in the place of older ones. */
public final class ModelFiles {
  private ModelFiles() {}

  /** Something that fills an empty folder. */
  public interface Content {
    void write(Path folder);
  }

  /**
   * Fills a folder under a temporary name and puts it in the place of an older one, which is
   * deleted last: at every moment one of them is there, if under another name.
   */
  public static void replace(Path target, Content content) {
    Path partial = target.resolveSibling("." + target.getFileName() + ".partial");
    Path old = target.resolveSibling("." + target.getFileName() + ".old");
    try {
      FolderTree.delete(partial);
      Files.createDirectories(partial);
      content.write(partial);
      if (Files.exists(target)) {
        FolderTree.delete(old);
        Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      FolderTree.delete(old);
    } catch (IOException e) {
      throw new TrainingException(target + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** Writes a text under a temporary name and puts it in the place of an older one. */
  static void replaceText(Path target, String text) {
    try {
      Files.createDirectories(target.toAbsolutePath().getParent());
      AtomicFile.write(
          target, AtomicFile.Mode.REPLACE, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new TrainingException(target + " cannot be written: " + e.getMessage(), e);
    }
  }
}
