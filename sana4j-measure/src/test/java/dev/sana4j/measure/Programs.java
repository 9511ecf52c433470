package dev.sana4j.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Programs of one Java file, which run on every platform. */
final class Programs {
  private Programs() {}

  /** Writes a program with this body of its main method. */
  static ExternalCommand of(Path folder, String body) {
    String source =
        "import java.nio.file.*; import java.util.*; class P { public static void main(String[] a)"
            + " throws Exception { "
            + body
            + " } }";
    try {
      Path file = Files.writeString(folder.resolve("P.java"), source);
      Path java = Path.of(System.getProperty("java.home"), "bin", "java");
      return new ExternalCommand(
          List.of(java.toString(), "-XX:+UseSerialGC", file.toString()), Duration.ofMinutes(5));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
