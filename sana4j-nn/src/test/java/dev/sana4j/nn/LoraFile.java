package dev.sana4j.nn;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.SafetensorsWriter;
import dev.sana4j.weights.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A LoRA file that a test writes, and the names of a small network that it may belong to. */
final class LoraFile {
  /** The layers of a block of SANA, with 3 inputs. */
  static final LayerNames NAMES =
      LayerNames.of(
          List.of(
              spec("attn.to_q.weight", 4, 3),
              spec("attn.to_k.weight", 4, 3),
              spec("attn.to_v.weight", 4, 3),
              spec("ff.conv_inverted.weight", 6, 3, 1, 1),
              spec("ff.conv_depth.weight", 6, 1, 3, 3),
              spec("norm.weight", 3)),
          List.of(
              new LayerNames.Alias("block.qkv", List.of("attn.to_q", "attn.to_k", "attn.to_v")),
              new LayerNames.Alias("mlp.depth_conv.conv", List.of("ff.conv_depth")),
              new LayerNames.Alias("absent", List.of("not.there"))));

  private final Path file;
  private final Map<String, Contents> tensors = new LinkedHashMap<>();
  private final Map<String, String> header = new LinkedHashMap<>();

  @SuppressWarnings("ArrayRecordComponent")
  private record Contents(float[] numbers, long[] shape) {}

  LoraFile(Path file) {
    this.file = file;
  }

  private static TensorSpec spec(String name, long... shape) {
    List<Long> sizes = new ArrayList<>();
    for (long size : shape) {
      sizes.add(size);
    }
    return new TensorSpec(name, DType.FLOAT32, sizes);
  }

  LoraFile with(String name, float[] numbers, long... shape) {
    tensors.put(name, new Contents(numbers, shape));
    return this;
  }

  /** Adds a tensor of ones. */
  LoraFile ones(String name, long... shape) {
    long elements = 1;
    for (long size : shape) {
      elements *= size;
    }
    float[] numbers = new float[(int) elements];
    Arrays.fill(numbers, 1);
    return with(name, numbers, shape);
  }

  /** Adds an update of rank 2 for a layer that maps 3 to 4. */
  LoraFile pair(String down, String up) {
    return ones(down, 2, 3).ones(up, 4, 2);
  }

  LoraFile header(String key, String value) {
    header.put(key, value);
    return this;
  }

  void write() {
    TensorScope.run(
        () -> {
          Map<String, Tensor> written = new LinkedHashMap<>();
          tensors.forEach(
              (name, each) -> written.put(name, Tensors.of(each.numbers(), each.shape())));
          SafetensorsWriter.write(file, written, header);
        });
  }

  LowRankAdapters load() {
    write();
    return LowRankAdapters.load(file, Device.CPU, NAMES);
  }

  /** Loads a file with one update and returns its settings. */
  LowRank.Settings settings() {
    try (LowRankAdapters adapters = load()) {
      return adapters.updates().values().iterator().next().settings();
    }
  }
}
