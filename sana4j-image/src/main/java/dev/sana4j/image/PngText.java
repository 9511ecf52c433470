package dev.sana4j.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.InflaterInputStream;

/**
 * One text chunk of a PNG file.
 *
 * @param keyword the keyword
 * @param text the text
 * @param bytes length of the text in bytes after inflating
 */
record PngText(String keyword, String text, int bytes) {

  /** Limit for the keyword, its translation, the language and the flags. */
  static final int MAX_HEADER_BYTES = 4096;

  static boolean isText(String type) {
    return type.equals("tEXt") || type.equals("zTXt") || type.equals("iTXt");
  }

  /**
   * Returns whether a text may stand in a tEXt chunk, which more programs read: only printable
   * Latin-1 characters and line feeds. The packet of XMP is always international.
   */
  static boolean isLatin(String keyword, String text) {
    return !keyword.equals(XmpPacket.PNG_KEYWORD)
        && text.chars()
            .allMatch(c -> c == '\n' || (c >= ' ' && c <= '~') || (c >= 0xA0 && c <= 0xFF));
  }

  static PngText parse(String type, byte[] data, ImageSource file) {
    int keywordEnd = terminator(data, 0, file);
    String keyword = new String(data, 0, keywordEnd, StandardCharsets.ISO_8859_1);
    int start = keywordEnd + 1;
    return switch (type) {
      case "tEXt" -> of(keyword, rest(data, start), StandardCharsets.ISO_8859_1);
      case "zTXt" -> {
        checkMethod(data, start, file);
        yield of(keyword, inflate(rest(data, start + 1), file), StandardCharsets.ISO_8859_1);
      }
      default -> international(keyword, data, start, file);
    };
  }

  /**
   * Parses an iTXt chunk: compression flag and method, language, translated keyword, text in UTF-8.
   */
  private static PngText international(String keyword, byte[] data, int start, ImageSource file) {
    checkMethod(data, start + 1, file);
    int languageEnd = terminator(data, start + 2, file);
    int translationEnd = terminator(data, languageEnd + 1, file);
    byte[] text = rest(data, translationEnd + 1);
    boolean compressed = data[start] != 0;
    return of(keyword, compressed ? inflate(text, file) : text, StandardCharsets.UTF_8);
  }

  private static PngText of(String keyword, byte[] text, Charset charset) {
    return new PngText(keyword, new String(text, charset), text.length);
  }

  private static int terminator(byte[] data, int from, ImageSource file) {
    for (int i = from; i < data.length; i++) {
      if (data[i] == 0) {
        return i;
      }
    }
    throw damaged(file);
  }

  /** Checks the compression method; only 0 exists. */
  private static void checkMethod(byte[] data, int at, ImageSource file) {
    if (at >= data.length || data[at] != 0) {
      throw damaged(file);
    }
  }

  private static byte[] rest(byte[] data, int from) {
    return Arrays.copyOfRange(data, from, data.length);
  }

  private static byte[] inflate(byte[] deflated, ImageSource file) {
    byte[] text;
    try (var in = new InflaterInputStream(new ByteArrayInputStream(deflated))) {
      text = in.readNBytes(PngTexts.MAX_TEXT_BYTES + 1);
    } catch (IOException e) {
      throw damaged(file);
    }
    if (text.length > PngTexts.MAX_TEXT_BYTES) {
      throw new ImageException(file + " has a text chunk that inflates to more than 1 MiB");
    }
    return text;
  }

  private static ImageException damaged(ImageSource file) {
    return new ImageException(file + " is damaged: a text chunk is malformed");
  }
}
