package dev.sana4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the standard streams are connected to a terminal. */
final class Terminal {
  /** Set by the launcher when standard error is a terminal. */
  private static final String ERROR = "sana4j.terminal";

  /** Set by the launcher; without it, Linux is asked. */
  private static final String OUTPUT = "sana4j.terminal.output";

  private static final Path LINUX = Path.of("/proc/self/fd/1");

  private Terminal() {}

  static boolean isStandardError() {
    return Boolean.getBoolean(ERROR);
  }

  static boolean isStandardOutput() {
    String launcher = System.getProperty(OUTPUT);
    if (launcher != null) {
      return Boolean.parseBoolean(launcher);
    }
    try {
      String file = Files.readSymbolicLink(LINUX).toString();
      return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
