package dev.sana4j.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class FileExceptionTest {
  @Test
  void messageIsOneLineWhateverTheFileContains() {
    String message = "a\nb\rc\u001b[31md\u2028e\u202ef\ud800";

    assertThat(new FileException(message))
        .hasMessage("a\\u000ab\\u000dc\\u001b[31md\\u2028e\\u202ef\\ud800");
  }

  @Test
  void messageKeepsReadableTextOfAnyLanguage() {
    assertThat(new FileException("权重 é 🎨")).hasMessage("权重 é 🎨");
  }

  @Test
  void causeIsKept() {
    IOException cause = new IOException("disk");

    assertThat(new FileException("file", cause)).hasCause(cause);
  }

  @Test
  void longTextFromAFileIsShortened() {
    assertThat(QuotedText.clip("x".repeat(5000))).hasSizeLessThan(200).endsWith("...");
  }
}
