package dev.sana4j.weights;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.tensor.Tensor;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Objects;

/**
 * Writes safetensors files (format: an 8-byte little-endian length, a JSON header, the data).
 *
 * <p>The file appears under its name only when it is complete. Data begins at a multiple of 8 bytes
 * and tensors are ordered by falling element size, so that every tensor can be mapped.
 */
public final class SafetensorsWriter {
  private static final long PIECE_ELEMENTS = 1L << 24;

  private SafetensorsWriter() {}

  /**
   * Writes one file.
   *
   * @param target where to; replaced if it exists
   * @param tensors by name
   * @param metadata free texts for the header
   * @throws CheckpointException if the file cannot be written; nothing is left behind then, nor
   *     after any other failure
   */
  public static void write(Path target, Map<String, Tensor> tensors, Map<String, String> metadata) {
    Path partial = target.resolveSibling("." + target.getFileName() + ".partial");
    try {
      try (FileOutputStream file = new FileOutputStream(partial.toFile());
          OutputStream out = new BufferedOutputStream(file, 1 << 16)) {
        var ordered =
            tensors.entrySet().stream()
                .sorted(
                    Map.Entry.<String, Tensor>comparingByValue(
                            (a, b) -> Integer.compare(b.dtype().bytes(), a.dtype().bytes()))
                        .thenComparing(Map.Entry.comparingByKey()))
                .toList();
        out.write(header(ordered, metadata));
        for (Map.Entry<String, Tensor> entry : ordered) {
          writeData(out, entry.getValue());
        }
        out.flush();
        file.getFD().sync(); // before the name: a power cut must not leave a name without data
      }
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new CheckpointException(target + " cannot be written: " + e.getMessage(), e);
    } finally {
      partial.toFile().delete(); // there is none after success
    }
  }

  private static byte[] header(
      Iterable<Map.Entry<String, Tensor>> ordered, Map<String, String> metadata)
      throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    ObjectNode texts = root.putObject("__metadata__");
    metadata.forEach((key, text) -> texts.put(key, Objects.requireNonNull(text, key)));
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : ordered) {
      if (entry.getKey().isEmpty() || root.has(entry.getKey())) {
        throw new CheckpointException("a tensor cannot be named '" + entry.getKey() + "'");
      }
      Tensor tensor = entry.getValue();
      ObjectNode node = root.putObject(entry.getKey());
      node.put("dtype", SafetensorsTypes.name(tensor.dtype()));
      var shape = node.putArray("shape");
      for (long size : tensor.shape()) {
        shape.add(size);
      }
      long end = offset + tensor.elements() * tensor.dtype().bytes();
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = mapper.writeValueAsBytes(root);
    int padded = (json.length + 7) / 8 * 8;
    ByteBuffer buffer = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(padded).put(json);
    buffer.put(" ".repeat(padded - json.length).getBytes(StandardCharsets.US_ASCII));
    return buffer.array();
  }

  /** In pieces, so that a tensor of any size needs little heap. */
  private static void writeData(OutputStream out, Tensor tensor) throws IOException {
    long total = tensor.elements();
    try (Tensor dense = tensor.contiguous();
        Tensor flat = dense.reshape(-1)) {
      for (long start = 0; start < total; start += PIECE_ELEMENTS) {
        try (Tensor piece = flat.narrow(0, start, Math.min(PIECE_ELEMENTS, total - start))) {
          out.write(piece.toBytes());
        }
      }
    }
  }
}
