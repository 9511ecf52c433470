package dev.sana4j.image;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/**
 * Reads the text chunks of a PNG file chunk by chunk, with a limit on every length.
 *
 * <p>Source: W3C "Portable Network Graphics (PNG) Specification", sections 5 and 11.3.3.
 */
final class PngTexts {

  static final String SIGNATURE = "\u0089PNG\r\n\u001A\n";

  /** Maximum length of one text in bytes, after inflating. */
  static final int MAX_TEXT_BYTES = 1 << 20;

  static final int MAX_TEXT_CHUNKS = 1000;
  private static final int MAX_TOTAL_BYTES = 16 << 20;

  /** 1 to 79 printable Latin-1 characters without leading or trailing spaces. */
  private static final Pattern KEYWORD =
      Pattern.compile(
          "[\\x21-\\x7E\\xA1-\\xFF]([\\x20-\\x7E\\xA1-\\xFF]{0,77}[\\x21-\\x7E\\xA1-\\xFF])?");

  private final ImageSource file;
  private final Map<String, String> texts = new LinkedHashMap<>();
  private int textChunks;
  private long totalBytes;

  private PngTexts(ImageSource file) {
    this.file = file;
  }

  /** Rejects texts that a PNG cannot store or that {@link #read} would not read back. */
  static void check(Map<String, String> texts) {
    if (texts.size() > MAX_TEXT_CHUNKS) {
      throw new ImageException(
          "a PNG file stores at most " + MAX_TEXT_CHUNKS + " texts, but got " + texts.size());
    }
    long total = 0;
    for (Map.Entry<String, String> entry : texts.entrySet()) {
      if (!KEYWORD.matcher(entry.getKey()).matches()) {
        throw new ImageException(
            "\""
                + entry.getKey()
                + "\" is not a valid PNG keyword; use 1 to 79 printable Latin-1 characters");
      }
      if (entry.getValue().indexOf('\0') >= 0) {
        throw new ImageException("the PNG text " + entry.getKey() + " contains a NUL character");
      }
      int bytes = entry.getValue().getBytes(StandardCharsets.UTF_8).length;
      total += bytes;
      if (bytes > MAX_TEXT_BYTES || total > MAX_TOTAL_BYTES) {
        throw new ImageException(
            "the PNG text "
                + entry.getKey()
                + " is too long; expected at most 1 MiB, and 16 MiB for all texts");
      }
    }
  }

  static Map<String, String> read(ImageSource file) {
    var checksum = new CRC32();
    try (var in =
        new DataInputStream(
            new CheckedInputStream(new BufferedInputStream(file.open(), 1 << 16), checksum))) {
      var texts = new PngTexts(file);
      texts.readAll(in, checksum);
      return Collections.unmodifiableMap(texts.texts);
    } catch (EOFException e) {
      throw new ImageException(file + " is damaged: the file is cut short", e);
    } catch (IOException e) {
      throw ImageException.from(e, "read", file);
    }
  }

  private void readAll(DataInputStream in, CRC32 checksum) throws IOException {
    byte[] signature = in.readNBytes(SIGNATURE.length());
    if (!SIGNATURE.equals(new String(signature, StandardCharsets.ISO_8859_1))) {
      throw new ImageException(file + " is not a PNG file");
    }
    String type;
    do {
      type = readChunk(in, checksum);
    } while (!type.equals("IEND"));
  }

  /** Reads a chunk: length, type, data, and the checksum of type and data. */
  private String readChunk(DataInputStream in, CRC32 checksum) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      throw damaged("a chunk of negative length");
    }
    checksum.reset();
    String type = new String(readExactly(in, 4), StandardCharsets.ISO_8859_1);
    byte[] text = null;
    if (PngText.isText(type)) {
      checkRoom(length);
      text = readExactly(in, length);
    } else {
      in.skipNBytes(length);
    }
    int expected = (int) checksum.getValue();
    if (in.readInt() != expected) {
      throw damaged("the checksum of chunk " + type + " is wrong");
    }
    if (text != null) {
      add(PngText.parse(type, text, file));
    }
    return type;
  }

  private void checkRoom(int length) {
    textChunks++;
    if (textChunks > MAX_TEXT_CHUNKS) {
      throw new ImageException(file + " has more than " + MAX_TEXT_CHUNKS + " text chunks");
    }
    if (length > MAX_TEXT_BYTES + PngText.MAX_HEADER_BYTES) {
      throw new ImageException(file + " has a text chunk of more than 1 MiB");
    }
  }

  private void add(PngText text) {
    totalBytes += text.bytes();
    if (totalBytes > MAX_TOTAL_BYTES) {
      throw new ImageException(file + " has more than 16 MiB of text");
    }
    texts.put(text.keyword(), text.text());
  }

  private static byte[] readExactly(DataInputStream in, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  private ImageException damaged(String how) {
    return new ImageException(file + " is damaged: " + how);
  }
}
