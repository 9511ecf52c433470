package dev.sana4j.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Any bytes are accepted or rejected as a tokenizer, and an accepted one encodes or rejects a text.
 */
class TokenizerFuzzTest {

  @FuzzTest
  void tokenizersAreReadOrRefused(byte[] content) throws IOException {
    Path file = Files.createTempFile("fuzzed", ".json");
    try {
      Files.write(file, content);
      encode(file);
    } finally {
      Files.delete(file);
    }
  }

  private static void encode(Path file) {
    try (Tokenizer tokenizer = Tokenizer.load(file)) {
      assertThat(tokenizer.encode("a cat 猫 🐱")).isNotNull();
    } catch (TextException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }
}
