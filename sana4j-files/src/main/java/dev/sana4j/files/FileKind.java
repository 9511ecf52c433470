package dev.sana4j.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Content that is often found in place of a model file: what an incomplete or failed download
 * leaves, and model files of another format. Only the first bytes of a file are read.
 */
public enum FileKind {
  /** No bytes. */
  EMPTY("the file is empty; " + Advice.AGAIN),
  /** A few lines of text that Git stores in place of a large file. */
  GIT_LFS_POINTER(
      "this is a Git LFS pointer, not the file itself; run git lfs pull in its repository, or"
          + " download the model with sana pull"),
  /** A page of a website. */
  WEB_PAGE("this is a web page (HTML), not the file itself; " + Advice.AGAIN),
  /** The answer of a server that refused a download. */
  ERROR_MESSAGE("this is the error message of a server, not the file itself; " + Advice.AGAIN),
  /** Zeros, which some programs write before the content arrives. */
  ZEROS("the file begins with zeros, so the download is incomplete; " + Advice.AGAIN),
  /** A zip archive; PyTorch has written its checkpoints as such since version 1.6. */
  ZIP(
      "this is a zip archive or a PyTorch checkpoint (.pth), not a file of the expected format;"
          + " sana convert reads checkpoints of whole networks"),
  /** A checkpoint as PyTorch wrote it before version 1.6. */
  PICKLE(
      "this is a Python pickle (.bin or .pth of an old PyTorch), not a file of the expected"
          + " format; save it again as safetensors"),
  /** A quantized model of llama.cpp and related programs. */
  GGUF(
      "this is a GGUF file, whose quantized weights sana4j does not support; use the safetensors"
          + " files of the model"),
  /** A compressed archive. */
  GZIP("this is a gzip archive, not the file itself; unpack it first"),
  /** A safetensors file. */
  SAFETENSORS("this is a safetensors file, not a file of the expected format");

  /** Advice that several kinds have in common. */
  private static final class Advice {
    static final String AGAIN = "download it again, for example with sana pull";

    private Advice() {}
  }

  private static final int HEAD_BYTES = 512;
  private static final int LENGTH_BYTES = 8;
  private static final int ZERO_BYTES = 64;

  /** An object whose first key is that of an error message. */
  private static final Pattern ERROR =
      Pattern.compile(
          "\\{\\s*\"(?:error|message|detail|errors|statusCode)\"\\s*:\\s*"
              + "(\"(?:[^\"\\\\]|\\\\.)*\")?.*",
          Pattern.DOTALL);

  private final String description;

  FileKind(String description) {
    this.description = description;
  }

  /**
   * Returns the kind of a file's first bytes.
   *
   * @param head up to 512 bytes from the start of the file
   * @return the kind; empty for other content, such as JSON
   */
  public static Optional<FileKind> of(byte[] head) {
    if (head.length == 0) {
      return Optional.of(EMPTY);
    }
    Optional<FileKind> binary = binary(head);
    return binary.isPresent() ? binary : text(head);
  }

  private static Optional<FileKind> binary(byte[] head) {
    if (startsWith(head, 'P', 'K', 3, 4)) {
      return Optional.of(ZIP);
    }
    if (startsWith(head, 'G', 'G', 'U', 'F')) {
      return Optional.of(GGUF);
    }
    if (startsWith(head, 0x1f, 0x8b)) {
      return Optional.of(GZIP);
    }
    if (head.length > LENGTH_BYTES && head[LENGTH_BYTES] == '{' && head[LENGTH_BYTES - 1] == 0) {
      return Optional.of(SAFETENSORS);
    }
    if (startsWith(head, 0x80) && head.length > 1 && head[1] >= 2 && head[1] <= 5) {
      return Optional.of(PICKLE);
    }
    boolean zeros = head.length >= ZERO_BYTES && isZero(Arrays.copyOf(head, ZERO_BYTES));
    return zeros ? Optional.of(ZEROS) : Optional.empty();
  }

  private static Optional<FileKind> text(byte[] head) {
    String text = asText(head);
    String lower = text.toLowerCase(Locale.ROOT);
    if (text.startsWith("version https://git-lfs.github.com/spec/")
        || text.startsWith("version https://hawser.github.com/spec/")) {
      return Optional.of(GIT_LFS_POINTER);
    }
    if (lower.startsWith("<!doctype html") || lower.startsWith("<html")) {
      return Optional.of(WEB_PAGE);
    }
    boolean refused = lower.startsWith("<?xml") || lower.startsWith("<error");
    return refused || ERROR.matcher(text).matches() ? Optional.of(ERROR_MESSAGE) : Optional.empty();
  }

  private static String asText(byte[] head) {
    return new String(head, StandardCharsets.UTF_8).replace("\uFEFF", "").stripLeading();
  }

  private static boolean isZero(byte[] bytes) {
    return Arrays.equals(bytes, new byte[bytes.length]);
  }

  private static boolean startsWith(byte[] head, int... magic) {
    if (head.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if (Byte.toUnsignedInt(head[i]) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the kind of a file.
   *
   * @param file any path
   * @return the kind; empty for other content and for what is not a readable regular file
   */
  public static Optional<FileKind> of(Path file) {
    return head(file).flatMap(FileKind::of);
  }

  private static Optional<byte[]> head(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty(); // opening a pipe or a device could block forever
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(in.readNBytes(HEAD_BYTES));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Describes a file that could not be read in the expected format.
   *
   * @param file the file
   * @param expected the kinds for which the reader has better messages
   * @return one line that names the file, its content and the remedy; empty if the content is of no
   *     known kind, or of an expected one
   */
  public static Optional<String> problem(Path file, FileKind... expected) {
    Optional<byte[]> head = head(file);
    return head.flatMap(FileKind::of)
        .filter(kind -> !List.of(expected).contains(kind))
        .map(kind -> file + ": " + kind.description + kind.quotation(head.orElseThrow()));
  }

  /** Returns the message of a server in parentheses. */
  private String quotation(byte[] head) {
    Matcher error = ERROR.matcher(asText(head));
    if (this != ERROR_MESSAGE || !error.matches() || error.group(1) == null) {
      return "";
    }
    return " (" + QuotedText.oneLine(QuotedText.clip(error.group(1))) + ")";
  }
}
