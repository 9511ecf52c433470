package dev.sana4j.weights.pth;

import dev.sana4j.weights.CheckpointException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The bytes of a pickle, read in order. Memory is allocated only for existing bytes. */
final class PickleInput {
  private static final int MAX_TEXT_BYTES = 1 << 20;
  private static final int MAX_LINE_BYTES = 1 << 10;

  private final Path file;
  private final ByteBuffer bytes;

  PickleInput(Path file, byte[] pickle) {
    this.file = file;
    this.bytes = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the position of the next byte. */
  int position() {
    return bytes.position();
  }

  boolean isAtEnd() {
    return !bytes.hasRemaining();
  }

  int unsignedByte() {
    return Byte.toUnsignedInt(take(1).get());
  }

  int unsignedShort() {
    return Short.toUnsignedInt(take(2).getShort());
  }

  int integer() {
    return take(4).getInt();
  }

  long unsignedInteger() {
    return Integer.toUnsignedLong(integer());
  }

  long longInteger() {
    return take(8).getLong();
  }

  double bigEndianDouble() {
    return take(8).order(ByteOrder.BIG_ENDIAN).getDouble();
  }

  /** Reads a two's complement number, lowest byte first. */
  BigInteger wholeNumber(int byteCount) {
    byte[] number = new byte[byteCount];
    take(byteCount).get(number);
    for (int i = 0; i < byteCount / 2; i++) {
      byte low = number[i];
      number[i] = number[byteCount - 1 - i];
      number[byteCount - 1 - i] = low;
    }
    return byteCount == 0 ? BigInteger.ZERO : new BigInteger(number);
  }

  String text(long byteCount) {
    if (byteCount < 0 || byteCount > MAX_TEXT_BYTES) {
      throw refusal(
          "expected strings of at most %d bytes, got %s"
              .formatted(MAX_TEXT_BYTES, Long.toUnsignedString(byteCount)));
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(take((int) byteCount)).toString();
    } catch (CharacterCodingException e) {
      throw new CheckpointException(file + ": a string in the pickle is not UTF-8", e);
    }
  }

  /** Reads a line and skips the line feed at its end. */
  String line() {
    int length = 0;
    while (length < bytes.remaining() && bytes.get(bytes.position() + length) != '\n') {
      length++;
      if (length > MAX_LINE_BYTES) {
        throw refusal("expected lines of at most " + MAX_LINE_BYTES + " bytes, got a longer one");
      }
    }
    String line = text(length);
    take(1);
    return line;
  }

  private ByteBuffer take(int count) {
    if (count > bytes.remaining()) {
      throw refusal("it ends too early");
    }
    ByteBuffer part = bytes.slice(bytes.position(), count).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + count);
    return part;
  }

  CheckpointException refusal(String problem) {
    return new CheckpointException(
        file + ": the pickle at byte " + bytes.position() + ": " + problem);
  }
}
