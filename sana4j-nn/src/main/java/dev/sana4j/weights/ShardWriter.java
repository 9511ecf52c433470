package dev.sana4j.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the weights of a model part like the Hugging Face libraries: one file, or several files of
 * limited size with an index.
 */
public final class ShardWriter {
  /** The default maximum file size of those libraries, in bytes. */
  public static final long MOST_BYTES = 5_000_000_000L;

  private static final Map<String, String> FORMAT = Map.of("format", "pt");

  private ShardWriter() {}

  /**
   * Writes {@code BASE.safetensors}, or {@code BASE-00001-of-0000N.safetensors} and {@code
   * BASE.safetensors.index.json}.
   *
   * @param folder an existing folder
   * @param baseName for example {@code diffusion_pytorch_model}
   * @param tensors the tensors, which are written in the order of their names
   * @param mostBytes maximum bytes of tensors per file; a larger tensor gets a separate file
   * @param elements provides the elements
   * @throws CheckpointException if a file cannot be written
   */
  public static void write(
      Path folder,
      String baseName,
      List<TensorSpec> tensors,
      long mostBytes,
      SafetensorsWriter.Elements elements) {
    List<List<TensorSpec>> shards = shards(tensors, mostBytes);
    Map<String, String> shardOf = new TreeMap<>();
    for (int i = 0; i < shards.size(); i++) {
      String name =
          shards.size() == 1
              ? baseName + ".safetensors"
              : "%s-%05d-of-%05d.safetensors".formatted(baseName, i + 1, shards.size());
      SafetensorsWriter.write(folder.resolve(name), shards.get(i), FORMAT, elements);
      shards.get(i).forEach(tensor -> shardOf.put(tensor.name(), name));
    }
    if (shards.size() > 1) {
      long total = tensors.stream().mapToLong(TensorSpec::bytes).sum();
      ConfigWriter.write(
          folder.resolve(baseName + ".safetensors.index.json"),
          new TreeMap<>(Map.of("metadata", Map.of("total_size", total), "weight_map", shardOf)));
    }
  }

  private static List<List<TensorSpec>> shards(List<TensorSpec> tensors, long mostBytes) {
    List<List<TensorSpec>> shards = new ArrayList<>(List.of(new ArrayList<>()));
    long bytes = 0;
    for (TensorSpec tensor :
        tensors.stream().sorted(Comparator.comparing(TensorSpec::name)).toList()) {
      if (bytes > 0 && bytes + tensor.bytes() > mostBytes) {
        shards.add(new ArrayList<>());
        bytes = 0;
      }
      shards.get(shards.size() - 1).add(tensor);
      bytes += tensor.bytes();
    }
    return shards;
  }
}
