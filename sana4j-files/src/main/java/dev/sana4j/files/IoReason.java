package dev.sana4j.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Reasons of failed file operations in words. The messages of some exceptions are only a path. */
public final class IoReason {
  private IoReason() {}

  /**
   * Returns the reason of an exception.
   *
   * @param error an exception
   * @return part of a sentence in one line, for example {@code permission denied}
   */
  public static String of(IOException error) {
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
}
