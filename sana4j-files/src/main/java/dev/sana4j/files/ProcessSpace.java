package dev.sana4j.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The processes that this process can see: those of one machine since it was started, or of one
 * container. Only among them does a missing process identifier mean that the process has ended.
 */
final class ProcessSpace {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path NAMESPACE = Path.of("/proc/self/ns/pid");

  /** Eight hexadecimal digits that name the space; empty where the system does not identify it. */
  static final String NAME = name();

  private ProcessSpace() {}

  private static String name() {
    try {
      String text = Files.readString(BOOT).strip() + Files.readSymbolicLink(NAMESPACE);
      return "%08x".formatted(text.hashCode());
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }
}
