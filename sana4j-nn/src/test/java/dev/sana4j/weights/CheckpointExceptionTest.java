package dev.sana4j.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class CheckpointExceptionTest {
  @Test
  void messageIsOneLineWhateverTheFileContains() {
    String message = "a\nb\rc\u001b[31md\u2028e\u202ef\ud800";

    assertThat(new CheckpointException(message))
        .hasMessage("a\\u000ab\\u000dc\\u001b[31md\\u2028e\\u202ef\\ud800");
  }

  @Test
  void messageKeepsReadableTextOfAnyLanguage() {
    assertThat(new CheckpointException("权重 é 🎨")).hasMessage("权重 é 🎨");
  }

  @Test
  void causeIsKept() {
    IOException cause = new IOException("disk");

    assertThat(new CheckpointException("file", cause)).hasCause(cause);
  }

  @Test
  void longTextFromAFileIsShortened() {
    assertThat(CheckpointException.clip("x".repeat(5000))).hasSizeLessThan(200).endsWith("...");
  }
}
