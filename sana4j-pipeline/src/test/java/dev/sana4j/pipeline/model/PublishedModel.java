package dev.sana4j.pipeline.model;

import dev.sana4j.folder.ModelFolder;
import dev.sana4j.weights.TensorSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Folders with the configs of published models, byte for byte, and without their weights. */
enum PublishedModel {
  SANA_600M("Sana_600M_512px_diffusers"),
  SANA_1_5("SANA1.5_1.6B_1024px_diffusers");

  private static final Path PUBLISHED = Path.of("src/test/resources/published");

  /** The shards of transformers are at most this large. */
  private static final long SHARD_BYTES = 5_000_000_000L;

  private final String repository;

  PublishedModel(String repository) {
    this.repository = repository;
  }

  /** Writes the configs, and empty folders of parts without any. */
  ModelFolder copyTo(Path folder) throws IOException {
    copy(SANA_600M, folder); // model_index.json is known of this one
    copy(this, folder);
    Files.createDirectories(folder.resolve("tokenizer"));
    return ModelFolder.open(folder);
  }

  private static void copy(PublishedModel model, Path folder) throws IOException {
    Path source = PUBLISHED.resolve(model.repository);
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = folder.resolve(source.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.deleteIfExists(target);
        Files.copy(file, target);
      }
    }
  }

  /** Returns the size of a safetensors file as the Python library writes it. */
  static long fileSize(List<TensorSpec> tensors, String dtype, int bytesOfElement) {
    StringBuilder header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
    long offset = 0;
    for (TensorSpec tensor : sorted(tensors)) {
      long end = offset + tensor.elements() * bytesOfElement;
      header.append(
          ",\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(
                  tensor.name(), dtype, tensor.shape().toString().replace(" ", ""), offset, end));
      offset = end;
    }
    long length = header.append('}').toString().getBytes(StandardCharsets.UTF_8).length;
    return 8 + (length + 7) / 8 * 8 + offset;
  }

  private static List<TensorSpec> sorted(List<TensorSpec> tensors) {
    return tensors.stream().sorted(Comparator.comparing(TensorSpec::name)).toList();
  }

  /** Divides tensors in 2-byte numbers into shards as the Python library does. */
  static List<List<TensorSpec>> shards(List<TensorSpec> tensors) {
    List<List<TensorSpec>> shards = new ArrayList<>(List.of(new ArrayList<>()));
    long bytes = 0;
    for (TensorSpec tensor : tensors) {
      long more = 2 * tensor.elements();
      if (bytes + more > SHARD_BYTES) {
        shards.add(new ArrayList<>());
        bytes = 0;
      }
      shards.get(shards.size() - 1).add(tensor);
      bytes += more;
    }
    return shards;
  }

  /** Returns the index of two shards as the Python library writes it. */
  static String index(List<List<TensorSpec>> shards) {
    long bytes = shards.stream().flatMap(List::stream).mapToLong(t -> 2 * t.elements()).sum();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < shards.size(); i++) {
      for (TensorSpec tensor : shards.get(i)) {
        lines.add(
            "    \"%s\": \"model-%05d-of-%05d.safetensors\""
                .formatted(tensor.name(), i + 1, shards.size()));
      }
    }
    return "{\n  \"metadata\": {\n    \"total_size\": "
        + bytes
        + "\n  },\n  \"weight_map\": {\n"
        + lines.stream().sorted().collect(Collectors.joining(",\n"))
        + "\n  }\n}\n";
  }
}
