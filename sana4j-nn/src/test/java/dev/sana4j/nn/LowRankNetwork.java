package dev.sana4j.nn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.SafetensorsWriter;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A small network for adapters, and files of them. */
abstract class LowRankNetwork {
  static final String Q = "transformer.attn.to_q";
  static final LowRank.Settings RANK_2 = new LowRank.Settings(2, 4, 0);

  @TempDir private Path folder;
  Path file;
  Sequential network;
  Tensor input;

  @BeforeEach
  void open() {
    file = folder.resolve("pytorch_lora_weights.safetensors");
    try (RandomWeights random = new RandomWeights(1)) {
      network =
          Weights.load(
              random,
              DType.FLOAT32,
              Device.CPU,
              weights ->
                  new Sequential(
                      List.of(
                          Linear.load(weights.at("attn.to_q"), 3, 4),
                          Linear.load(weights.at("attn.to_out.0"), 4, 3))));
    }
    input = Tensors.of(PlainLoops.random(2, 6), 2, 3);
  }

  @AfterEach
  void close() {
    network.close();
    input.close();
  }

  LowRankAdapters create(LowRank.Settings settings, String... targets) {
    return LowRankAdapters.create(network, List.of(targets), settings, 7);
  }

  /** Changes the updates as training would. */
  static void fillUp(LowRankAdapters adapters) {
    for (Parameter parameter : adapters.parameters()) {
      if (parameter.name().endsWith("lora_B.weight")) {
        long[] shape = parameter.value().shape();
        try (Tensor values =
            Tensors.of(PlainLoops.random(3, (int) parameter.value().elements()), shape)) {
          parameter.value().copy_(values);
        }
      }
    }
  }

  float[] output() {
    try (Tensor output = network.apply(input)) {
      return output.toFloats();
    }
  }

  void write(Map<String, float[]> rowsOfOnes, String metadata) {
    TensorScope.compute(
        () -> {
          Map<String, Tensor> tensors = new HashMap<>();
          rowsOfOnes.forEach(
              (name, shape) ->
                  tensors.put(
                      name,
                      shape.length == 1
                          ? Tensors.full(shape[0], DType.FLOAT32, Device.CPU)
                          : Tensors.full(
                              1, DType.FLOAT32, Device.CPU, (long) shape[0], (long) shape[1])));
          SafetensorsWriter.write(
              file,
              tensors,
              metadata.isEmpty() ? Map.of() : Map.of("lora_adapter_metadata", metadata));
          return null;
        });
  }

  void writeToQ(String metadata) {
    write(
        Map.of(Q + ".lora_A.weight", new float[] {2, 3}, Q + ".lora_B.weight", new float[] {4, 2}),
        metadata);
  }

  LowRankAdapters load() {
    return LowRankAdapters.load(file, Device.CPU, names());
  }

  LayerNames names() {
    return LayerNames.of(
        network.parameters().stream()
            .map(parameter -> TensorSpec.of(parameter.name(), parameter.value()))
            .toList(),
        List.of());
  }

  LowRank.Settings loadedSettings() {
    try (LowRankAdapters adapters = load()) {
      return adapters.updates().values().iterator().next().settings();
    }
  }

  void assertNotLoaded(String... parts) {
    assertThatThrownBy(this::load)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContainingAll(parts);
  }
}
