package dev.sana4j.measure;

import java.nio.file.Path;

/** The reference files of these tests. */
public final class References {
  private static final Path ROOT =
      Path.of(
          System.getProperty("sana4j.reference", "../sana4j-verify/src/test/resources/reference"));

  private References() {}

  /** Returns a file or a folder. */
  public static Path path(String name) {
    return ROOT.resolve(name);
  }
}
