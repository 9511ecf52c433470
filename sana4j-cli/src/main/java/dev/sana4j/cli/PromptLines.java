package dev.sana4j.cli;

import dev.sana4j.files.IoReason;
import dev.sana4j.files.Utf8Text;
import dev.sana4j.pipeline.request.RequestException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a list of prompts line by line, as text or as JSON Lines. The list is untrusted and may be
 * endless: only one line is in memory at a time.
 */
final class PromptLines implements Closeable {
  /** Maximum length of a line. */
  static final int MOST_BYTES = 1 << 20;

  /** Maximum number of lines. */
  static final long MOST_LINES = 1_000_000;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final InputStream in;
  private @Nullable Boolean json;
  private long number;

  /**
   * Reads from a stream.
   *
   * @param in the list in UTF-8; closed by {@link #close}
   * @param json whether the lines are JSON; null if the first line decides
   */
  PromptLines(InputStream in, @Nullable Boolean json) {
    this.in = new BufferedInputStream(in);
    this.json = json;
  }

  /** Returns the kind of lines that the name of a file announces; null if it announces none. */
  static @Nullable Boolean isJson(String file) {
    if (file.endsWith(".jsonl") || file.endsWith(".ndjson")) {
      return true;
    }
    return file.endsWith(".txt") ? false : null;
  }

  /**
   * Reads one prompt to the end of standard input, without the line breaks at its end.
   *
   * @throws RequestException if it is longer than {@link #MOST_BYTES}, or not UTF-8
   */
  static String only(InputStream in) {
    try {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new RequestException(
            "the prompt on standard input is longer than " + MOST_BYTES + " bytes");
      }
      String text = Utf8Text.decoded(bytes);
      if (text == null) {
        throw new RequestException("the prompt on standard input is not valid UTF-8");
      }
      return text.stripTrailing();
    } catch (IOException e) {
      throw new RequestException("standard input cannot be read: " + IoReason.of(e));
    }
  }

  /**
   * Returns the next line that is not blank; null at the end. The line is parsed only when the
   * supplier is called, so that a damaged line does not end the list.
   *
   * @throws RequestException if the list has too many lines
   */
  @Nullable Supplier<PromptLine> next() throws IOException {
    while (true) {
      byte[] bytes = bytes();
      if (bytes == null) {
        return null;
      }
      number++;
      if (number > MOST_LINES) {
        throw new RequestException("the list has more than " + MOST_LINES + " lines; split it");
      }
      if (bytes.length > MOST_BYTES) {
        return damaged("the line is longer than " + MOST_BYTES + " bytes");
      }
      String text = Utf8Text.decoded(bytes);
      if (text == null) {
        return damaged("the line is not valid UTF-8");
      }
      boolean isMarked = number == 1 && text.startsWith(BYTE_ORDER_MARK);
      String line = (isMarked ? text.substring(1) : text).strip();
      if (!line.isEmpty()) {
        return parsed(number, line);
      }
    }
  }

  private static Supplier<PromptLine> damaged(String problem) {
    return () -> {
      throw new RequestException(problem);
    };
  }

  private Supplier<PromptLine> parsed(long at, String line) {
    if (json == null) {
      json = line.startsWith("{");
    }
    return json ? () -> JsonLine.parse(at, line) : () -> PromptLine.of(at, line);
  }

  /** Returns the number of the last line, from 1. */
  long number() {
    return number;
  }

  /**
   * Returns the bytes of a line without its end; null at the end. Of a line that is too long, only
   * the beginning is kept.
   */
  private byte @Nullable [] bytes() throws IOException {
    var line = new ByteArrayOutputStream();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      if (line.size() <= MOST_BYTES) {
        line.write(next);
      }
      next = in.read();
    }
    return line.toByteArray();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
