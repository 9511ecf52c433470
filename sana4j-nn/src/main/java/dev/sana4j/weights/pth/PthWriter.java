package dev.sana4j.weights.pth;

import dev.sana4j.files.AtomicFile;
import dev.sana4j.files.IoReason;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.SafetensorsWriter;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.pth.PickleValue.View;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes {@code .pth} files like {@code torch.save}.
 *
 * <p>A file is written atomically. Elements are requested piece by piece, so a file of any size
 * needs little memory. They start at multiples of 64 bytes, so they can be mapped.
 */
public final class PthWriter {
  private PthWriter() {}

  /**
   * Writes one file.
   *
   * @param target the file to write; replaced if it exists
   * @param outline the file without its elements
   * @param elements provides the elements, tensor by tensor in the order of the archive
   * @throws CheckpointException if the file cannot be written; no partial file remains after any
   *     failure
   */
  public static void write(Path target, PthOutline outline, SafetensorsWriter.Elements elements) {
    try {
      AtomicFile.write(
          target, AtomicFile.Mode.REPLACE, out -> write(new StoredZip(out), outline, elements));
    } catch (IOException e) {
      throw new CheckpointException(target + " cannot be written: " + IoReason.of(e), e);
    }
  }

  private static void write(StoredZip zip, PthOutline outline, SafetensorsWriter.Elements elements)
      throws IOException {
    Map<String, TensorSpec> stored = new HashMap<>();
    for (Map.Entry<String, View> entry : outline.views().entrySet()) {
      stored.put(
          PthOutline.entryOf(entry.getValue()), MappedViews.spec(entry.getKey(), entry.getValue()));
    }
    for (Map.Entry<String, byte[]> entry : outline.records().entrySet()) {
      TensorSpec tensor = stored.get(entry.getKey());
      long bytes = tensor == null ? entry.getValue().length : tensor.bytes();
      zip.begin(outline.root() + entry.getKey(), bytes);
      if (tensor == null) {
        zip.write(entry.getValue());
      } else {
        tensor.writeTo(zip, elements);
      }
      zip.end();
    }
    zip.finish();
  }
}
