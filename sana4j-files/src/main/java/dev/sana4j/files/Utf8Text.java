package dev.sana4j.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Decodes text in UTF-8 from outside, whatever the locale is. */
public final class Utf8Text {
  private Utf8Text() {}

  /** Returns the text of bytes; null if they are not valid UTF-8. */
  public static @Nullable String decoded(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
