package dev.sana4j.weights;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.files.AtomicFile;
import dev.sana4j.files.IoReason;
import dev.sana4j.files.StrictJson;
import dev.sana4j.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Writes safetensors files (format: an 8-byte little-endian length, a JSON header, the data).
 *
 * <p>A file is written atomically. Data starts at a multiple of 8 bytes and tensors are ordered by
 * descending element size, so that every tensor can be mapped.
 */
public final class SafetensorsWriter {
  private static final Comparator<TensorSpec> ORDER =
      Comparator.<TensorSpec>comparingInt(tensor -> -tensor.dtype().bytes())
          .thenComparing(TensorSpec::name);

  private SafetensorsWriter() {}

  /** Provides the elements of tensors piece by piece, so that they need not fit into memory. */
  public interface Elements {

    /**
     * Returns the next elements of a tensor. Tensors are requested one after the other.
     *
     * @param tensor the tensor
     * @param start number of elements returned before
     * @param count number of elements to return
     * @return this many elements, in the tensor's dtype, owned by the current scope
     */
    Tensor piece(TensorSpec tensor, long start, long count);
  }

  /**
   * Writes one file.
   *
   * @param target the file to write; replaced if it exists
   * @param tensors the tensors by name
   * @param metadata texts for the header
   * @throws CheckpointException if the file cannot be written; no partial file remains after any
   *     failure
   */
  public static void write(Path target, Map<String, Tensor> tensors, Map<String, String> metadata) {
    List<TensorSpec> specs =
        tensors.entrySet().stream()
            .map(entry -> TensorSpec.of(entry.getKey(), entry.getValue()))
            .toList();
    write(
        target,
        specs,
        metadata,
        (tensor, start, count) ->
            Objects.requireNonNull(tensors.get(tensor.name())).reshape(-1).narrow(0, start, count));
  }

  /**
   * Writes one file, requesting the elements of its tensors while writing.
   *
   * @param target the file to write; replaced if it exists
   * @param tensors the tensors, which are written by descending element size, then by name
   * @param metadata texts for the header
   * @param elements provides the elements
   * @throws CheckpointException if the file cannot be written; no partial file remains after any
   *     failure
   */
  public static void write(
      Path target, List<TensorSpec> tensors, Map<String, String> metadata, Elements elements) {
    List<TensorSpec> ordered = tensors.stream().sorted(ORDER).toList();
    try {
      AtomicFile.write(
          target,
          AtomicFile.Mode.REPLACE,
          out -> {
            out.write(header(ordered, metadata));
            for (TensorSpec tensor : ordered) {
              tensor.writeTo(out, elements);
            }
          });
    } catch (IOException e) {
      throw new CheckpointException(target + " cannot be written: " + IoReason.of(e), e);
    }
  }

  private static byte[] header(List<TensorSpec> ordered, Map<String, String> metadata)
      throws IOException {
    ObjectNode root = StrictJson.mapper().createObjectNode();
    ObjectNode texts = root.putObject("__metadata__");
    metadata.forEach((key, text) -> texts.put(key, Objects.requireNonNull(text, key)));
    long offset = 0;
    for (TensorSpec tensor : ordered) {
      if (tensor.name().isEmpty() || root.has(tensor.name())) {
        throw new CheckpointException(
            "expected unique, non-empty tensor names, got '" + tensor.name() + "'");
      }
      ObjectNode node = root.putObject(tensor.name());
      node.put("dtype", SafetensorsTypes.name(tensor.dtype()));
      tensor.shape().forEach(node.putArray("shape")::add);
      long end = offset + tensor.bytes();
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = StrictJson.mapper().writeValueAsBytes(root);
    int padded = (json.length + 7) / 8 * 8;
    ByteBuffer buffer = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(padded).put(json);
    buffer.put(" ".repeat(padded - json.length).getBytes(StandardCharsets.US_ASCII));
    return buffer.array();
  }
}
