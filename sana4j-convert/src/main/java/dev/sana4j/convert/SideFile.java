package dev.sana4j.convert;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.SafetensorsWriter;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.pth.PthOutline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Data for the reverse conversion to an original checkpoint that the diffusers layout does not
 * contain: the tensors that no network reads, the order of all tensors, and the archive without its
 * elements. The file is next to the weights as {@code original_layout.safetensors}; no other code
 * reads it.
 */
final class SideFile implements AutoCloseable {
  /** Its name in the folder of the converted network. */
  static final String NAME = "original_layout.safetensors";

  private static final String EXTRA = "extra/";
  private static final String RECORD = "record/";
  private static final String ORDER = "names";
  private static final String ROOT = "archive";
  private static final String RECORDS = "records";

  private final Checkpoint stored;
  private final NamedTensors all;

  private SideFile(Checkpoint stored) {
    this.stored = stored;
    this.all = NamedTensors.of(stored);
  }

  /**
   * Writes the file.
   *
   * @param outline archive without its elements; null to keep none
   */
  static void write(
      Path folder,
      OriginalCheckpoint checkpoint,
      @Nullable DType dtype,
      @Nullable PthOutline outline) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "pt");
    metadata.put(ORDER, String.join("\n", checkpoint.names()));
    NamedTensors extras = checkpoint.extras();
    NamedTensors content = new NamedTensors(checkpoint.file().toString());
    List<TensorSpec> specs = dtype == null ? extras.specs() : extras.specs(dtype);
    for (TensorSpec spec : specs) {
      content.put(
          new TensorSpec(EXTRA + spec.name(), spec.dtype(), spec.shape()),
          () -> extras.tensor(spec.name()));
    }
    boolean listable =
        outline != null
            && outline.records().keySet().stream().noneMatch(name -> name.contains("\n"));
    if (outline != null && listable) {
      metadata.put(ROOT, outline.root());
      metadata.put(RECORDS, String.join("\n", outline.records().keySet()));
      outline.records().forEach((name, bytes) -> putRecord(content, name, bytes));
    }
    SafetensorsWriter.write(
        folder.resolve(NAME), content.specs(), metadata, content.elements(bytes -> {}));
  }

  private static void putRecord(NamedTensors content, String name, byte[] bytes) {
    TensorSpec spec = new TensorSpec(RECORD + name, DType.UINT8, List.of((long) bytes.length));
    int[] values = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      values[i] = Byte.toUnsignedInt(bytes[i]);
    }
    content.put(spec, () -> Tensors.of(values, values.length).to(DType.UINT8));
  }

  /** Opens the file of a folder, to be closed by the caller; null if there is none. */
  static @Nullable SideFile open(Path folder) {
    Path file = folder.resolve(NAME);
    return Files.isRegularFile(file) ? new SideFile(Checkpoint.open(file)) : null;
  }

  /** Returns the original names in the order of the file. */
  List<String> names() {
    return lines(ORDER);
  }

  /** Returns the tensors that no network reads, under their original names. */
  NamedTensors extras() {
    NamedTensors extras = new NamedTensors(stored.description());
    for (TensorSpec spec : all.specs()) {
      if (spec.name().startsWith(EXTRA)) {
        String name = spec.name().substring(EXTRA.length());
        extras.put(new TensorSpec(name, spec.dtype(), spec.shape()), () -> all.tensor(spec.name()));
      }
    }
    return extras;
  }

  /** Returns the archive without its elements; null if it was not kept. */
  @Nullable PthOutline outline() {
    String root = stored.metadata().get(ROOT);
    if (root == null) {
      return null;
    }
    Map<String, byte[]> records = new LinkedHashMap<>();
    for (String name : lines(RECORDS)) {
      records.put(name, bytes(all.spec(RECORD + name)));
    }
    return new PthOutline(Path.of(stored.description()), root, records);
  }

  private byte[] bytes(TensorSpec spec) {
    if (spec.elements() == 0) {
      return new byte[0];
    }
    try (Tensor tensor = all.tensor(spec.name())) {
      return tensor.toBytes();
    }
  }

  private List<String> lines(String key) {
    String text = stored.metadata().get(key);
    if (text == null) {
      throw new CheckpointException(stored.description() + ": there is no text '" + key + "'");
    }
    return List.of(text.split("\n", -1));
  }

  @Override
  public void close() {
    stored.close();
  }
}
