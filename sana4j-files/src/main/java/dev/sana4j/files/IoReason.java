package dev.sana4j.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.regex.Pattern;

/** Reasons of failed file operations in words. The messages of some exceptions are only a path. */
public final class IoReason {
  private static final int DEEPEST = 10;

  /** Messages of Linux, macOS and Windows. */
  private static final Pattern FULL =
      Pattern.compile("No space left|Disk quota exceeded|not enough space on the disk");

  private IoReason() {}

  /**
   * Returns the reason of an exception.
   *
   * @param error an exception
   * @return part of a sentence in one line, for example {@code permission denied}
   */
  public static String of(IOException error) {
    if (isFull(error)) {
      return "no space left on the disk";
    }
    if (error instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (error instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (error instanceof FileAlreadyExistsException) {
      return "it already exists";
    }
    if (error instanceof DirectoryNotEmptyException) {
      return "the folder is not empty";
    }
    if (error instanceof NotDirectoryException) {
      return "not a folder";
    }
    String detail =
        error instanceof FileSystemException file ? file.getReason() : error.getMessage();
    String name = error.getClass().getSimpleName();
    return detail == null ? name : detail.lines().findFirst().orElse(name);
  }

  /**
   * Returns whether an operation failed because the disk is full or a quota is used up. Looks at
   * the causes too: the encoders of Java wrap the error of the file.
   *
   * @param error an exception
   * @return false for all other errors
   */
  public static boolean isFull(IOException error) {
    Throwable each = error;
    for (int i = 0; each != null && i < DEEPEST; i++) {
      if (each.getMessage() != null && FULL.matcher(each.getMessage()).find()) {
        return true;
      }
      each = each.getCause();
    }
    return false;
  }
}
