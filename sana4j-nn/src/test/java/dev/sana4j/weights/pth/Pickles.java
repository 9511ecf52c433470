package dev.sana4j.weights.pth;

import dev.sana4j.weights.UntrustedFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Handwritten pickles, one character per byte, and archives around them. */
final class Pickles {
  /** A storage of four floats, the entry {@code data/0} of the archive. */
  static final String STORAGE =
      "(" + text("storage") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + "K\4tQ";

  private Pickles() {}

  static String text(String text) {
    return "\u008c" + (char) text.length() + text;
  }

  static byte[] bytes(String pickle) {
    return pickle.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A dict with the value of one name. */
  static String dictOf(String value) {
    return "\u0080\u0004}" + text("a") + value + "s.";
  }

  /** A dict with one tensor. */
  static String dictOfTensor(String storage, String offset, String shape, String strides) {
    String arguments = storage + offset + shape + strides + "\u0089ccollections\nOrderedDict\n)R";
    return dictOf("ctorch._utils\n_rebuild_tensor_v2\n(" + arguments + "tR");
  }

  /** A tuple of small numbers. */
  static String tuple(int... numbers) {
    StringBuilder tuple = new StringBuilder("(");
    for (int number : numbers) {
      tuple.append('K').append((char) number);
    }
    return tuple.append('t').toString();
  }

  /**
   * The archive that torch.save would write around a pickle, with one storage of this many bytes.
   */
  static Map<String, byte[]> archive(String pickle, int storageBytes) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a/data.pkl", bytes(pickle));
    entries.put("a/byteorder", bytes("little"));
    entries.put("a/data/0", new byte[storageBytes]);
    entries.put("a/version", bytes("3\n"));
    return entries;
  }

  static byte[] zip(Map<String, byte[]> entries) {
    var out = new ByteArrayOutputStream();
    StoredZip zip = new StoredZip(out);
    try {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.begin(entry.getKey(), entry.getValue().length);
        zip.write(entry.getValue());
        zip.end();
      }
      zip.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static Path pth(Path file, String pickle, int storageBytes) {
    return UntrustedFile.write(file, zip(archive(pickle, storageBytes)));
  }
}
