package dev.sana4j.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IoReasonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "No space left on device",
        "Disk quota exceeded",
        "There is not enough space on the disk"
      })
  void aFullDiskIsNamedOnEverySystem(String message) {
    assertThat(IoReason.of(new IOException(message))).isEqualTo("no space left on the disk");
    assertThat(IoReason.isFull(new FileSystemException("a.png", null, message))).isTrue();
  }

  @Test
  void aFullDiskIsFoundBelowTheErrorOfAnEncoder() {
    IOException wrapped =
        new IOException("I/O error writing PNG file!", new IOException("No space left on device"));
    assertThat(IoReason.of(wrapped)).isEqualTo("no space left on the disk");
    assertThat(new FileException("no", wrapped).isRefusal()).isFalse();
  }

  @Test
  void anotherErrorIsNotAFullDisk() {
    IOException other = new IOException("broken", new IOException("Input/output error"));
    assertThat(IoReason.of(other)).isEqualTo("broken");
    assertThat(new FileException("no", other).isRefusal()).isTrue();
  }
}
