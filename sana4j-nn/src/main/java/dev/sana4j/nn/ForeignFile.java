package dev.sana4j.nn;

import dev.sana4j.files.StrictJson;
import dev.sana4j.weights.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Recognizes files by their first bytes that people give as an adapter, but are not safetensors.
 */
final class ForeignFile {
  private static final int FIRST_BYTES = 64;
  private static final int HEADER_START = 8;
  private static final int PICKLE_PROTOCOL = 0x80;
  private static final int NEWEST_PROTOCOL = 5;

  private ForeignFile() {}

  /**
   * Refuses a file that is not safetensors, with an error that says what it is. Files of unknown
   * kinds are left to the reader of safetensors.
   *
   * @param file the file of an adapter
   * @throws CheckpointException if the file is missing, empty, a web page, or a pickle
   */
  static void requireNone(Path file) {
    long size = CheckpointException.reading(() -> StrictJson.fileSize(file));
    String found = size == 0 ? "empty; is the download complete?" : kind(file);
    if (!found.isEmpty()) {
      throw new CheckpointException(file + ": the file is " + found);
    }
  }

  private static String kind(Path file) {
    byte[] first;
    try (InputStream in = Files.newInputStream(file)) {
      first = in.readNBytes(FIRST_BYTES);
    } catch (IOException e) {
      throw new CheckpointException(file + ": " + StrictJson.reason(e), e);
    }
    String text = new String(first, StandardCharsets.ISO_8859_1);
    if (text.startsWith("{", HEADER_START)) {
      return ""; // safetensors, whatever the length of the header looks like
    }
    if (text.stripLeading().startsWith("<")) {
      return "a web page, not a LoRA; download the file itself";
    }
    boolean pickle =
        first.length > 1
            && (first[0] & 0xff) == PICKLE_PROTOCOL
            && first[1] >= 2
            && first[1] <= NEWEST_PROTOCOL;
    if (pickle || text.startsWith("PK\u0003\u0004")) {
      return "a pickle of PyTorch (.bin, .pt, .ckpt), which can run code; sana4j reads LoRA files"
          + " in safetensors only, so save it in that format";
    }
    return "";
  }
}
