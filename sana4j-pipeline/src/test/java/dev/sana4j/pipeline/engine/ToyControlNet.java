package dev.sana4j.pipeline.engine;

import dev.sana4j.pipeline.TinyModel;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.sana.SanaControlNet;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.SafetensorsWriter;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** ControlNets with random weights in the sizes of a small model. */
final class ToyControlNet {
  private ToyControlNet() {}

  /** Writes a ControlNet of two blocks without guidance embedding to an existing folder. */
  static void write(Path folder, TinyModel model) throws IOException {
    Path config = folder.resolve("config.json");
    Files.copy(model.folder().resolve("transformer/config.json"), config);
    TinyModel.edit(config, sizes -> sizes.put("num_layers", 2).put("guidance_embeds", false));
    SanaConfig sizes = SanaConfig.read(ConfigFile.read(config));
    TensorScope.compute(
        () -> {
          Map<String, Tensor> tensors = new HashMap<>();
          try (Generator generator = new Generator(1)) {
            for (TensorSpec spec :
                Weights.specs(DType.FLOAT32, weights -> new SanaControlNet(weights, sizes))) {
              long[] shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
              tensors.put(spec.name(), generator.normal(shape).mul(0.2));
            }
          }
          SafetensorsWriter.write(
              folder.resolve("diffusion_pytorch_model.safetensors"), tensors, Map.of());
          return null;
        });
  }
}
