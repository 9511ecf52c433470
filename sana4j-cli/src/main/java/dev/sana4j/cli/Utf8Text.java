package dev.sana4j.cli;

import dev.sana4j.files.IoReason;
import dev.sana4j.pipeline.request.RequestException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Text in UTF-8 from outside, whatever the locale is. */
final class Utf8Text {
  private Utf8Text() {}

  /** Decodes bytes; returns null if they are not UTF-8. */
  static @Nullable String decoded(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /**
   * Reads a prompt to the end of a stream, without the line breaks at its end.
   *
   * @throws RequestException if it is longer than {@link PromptLines#MOST_BYTES}, or not UTF-8
   */
  static String prompt(InputStream in) {
    try {
      byte[] bytes = in.readNBytes(PromptLines.MOST_BYTES + 1);
      if (bytes.length > PromptLines.MOST_BYTES) {
        throw new RequestException(
            "the prompt on standard input is longer than " + PromptLines.MOST_BYTES + " bytes");
      }
      String text = decoded(bytes);
      if (text == null) {
        throw new RequestException("the prompt on standard input is not valid UTF-8");
      }
      return text.stripTrailing();
    } catch (IOException e) {
      throw new RequestException("standard input cannot be read: " + IoReason.of(e));
    }
  }
}
