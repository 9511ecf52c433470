package dev.sana4j.sana;

import static dev.sana4j.sana.ToySana.transformer;
import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.nn.LowRank;
import dev.sana4j.nn.LowRankAdapters;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.SafetensorsWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapters whose layers have the names of SANA's original checkpoints. */
class SanaNamesTest {
  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("style.safetensors");
  }

  private void write(String layer, long in, long out) {
    TensorScope.run(
        () -> {
          try (Generator generator = new Generator(3)) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put(layer + ".lora_down.weight", generator.normal(2, in));
            tensors.put(layer + ".lora_up.weight", generator.normal(out, 2));
            SafetensorsWriter.write(file(), tensors, Map.of());
          }
        });
  }

  private LowRankAdapters load(SanaTransformer network) {
    return LowRankAdapters.load(file(), Device.CPU, SanaNames.layers(network));
  }

  @ParameterizedTest
  @CsvSource({
    "x_embedder.proj, patch_embed.proj, 4, 8",
    "y_embedder.y_proj.fc1, caption_projection.linear_1, 6, 8",
    "y_embedder.y_proj.fc2, caption_projection.linear_2, 8, 8",
    "t_embedder.mlp.0, time_embed.emb.timestep_embedder.linear_1, 256, 8",
    "t_embedder.mlp.2, time_embed.emb.timestep_embedder.linear_2, 8, 8",
    "t_block.1, time_embed.linear, 8, 48",
    "blocks.1.attn.proj, transformer_blocks.1.attn1.to_out.0, 8, 8",
    "blocks.0.cross_attn.q_linear, transformer_blocks.0.attn2.to_q, 8, 8",
    "blocks.0.cross_attn.proj, transformer_blocks.0.attn2.to_out.0, 8, 8",
    "blocks.0.mlp.inverted_conv.conv, transformer_blocks.0.ff.conv_inverted, 8, 40",
    "blocks.0.mlp.point_conv.conv, transformer_blocks.0.ff.conv_point, 20, 8",
    "final_layer.linear, proj_out, 8, 4",
  })
  void everyLayerHasItsOriginalName(String original, String path, long in, long out) {
    try (SanaTransformer network = transformer(ToySana.PLAIN)) {
      for (String name :
          List.of(original, "diffusion_model." + original, flat("lora_unet_", original))) {
        write(name, in, out);
        try (LowRankAdapters adapters = load(network)) {
          adapters.attach(network);
          assertThat(adapters.updates()).containsOnlyKeys(path);
        }
      }
    }
  }

  private static String flat(String prefix, String name) {
    return prefix + name.replace('.', '_');
  }

  @Test
  void theGuidanceEmbeddingOfSprintHasItsOriginalName() {
    try (SanaTransformer network = transformer(ToySana.SPRINT)) {
      write("cfg_embedder.mlp.0", 256, 8);
      try (LowRankAdapters adapters = load(network)) {
        assertThat(adapters.updates()).containsOnlyKeys("time_embed.guidance_embedder.linear_1");
      }
      write("t_embedder.mlp.2", 8, 8);
      try (LowRankAdapters adapters = load(network)) {
        assertThat(adapters.updates()).containsOnlyKeys("time_embed.timestep_embedder.linear_2");
      }
    }
    try (SanaTransformer network = transformer(ToySana.PLAIN)) {
      write("cfg_embedder.mlp.0", 256, 8);
      assertThatThrownBy(() -> load(network).close())
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("the network has no linear layer cfg_embedder.mlp.0");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "attn.qkv, attn1, 'to_q,to_k,to_v'",
    "cross_attn.kv_linear, attn2, 'to_k,to_v'",
  })
  void fusedProjectionsAreSplit(String original, String attention, String parts) {
    List<String> names = List.of(parts.split(","));
    try (SanaTransformer network = transformer(ToySana.PLAIN)) {
      write("lora_unet_blocks_0_" + original.replace('.', '_'), 8, 8L * names.size());
      try (LowRankAdapters adapters = load(network)) {
        adapters.attach(network);
        assertThat(adapters.updates().keySet())
            .containsExactlyInAnyOrderElementsOf(
                names.stream().map(n -> "transformer_blocks.0." + attention + "." + n).toList());
        TensorScope.run(
            () -> {
              Tensor rows =
                  Tensors.cat(
                      names.stream()
                          .map(n -> up(adapters, "transformer_blocks.0." + attention + "." + n))
                          .toList(),
                      0);
              try (Generator generator = new Generator(3)) {
                Tensor skipped = generator.normal(2, 8); // the numbers of A
                assertThat(skipped).hasShape(2, 8);
                assertThat(rows).isCloseTo(generator.normal(8L * names.size(), 2), 0);
              }
            });
      }
    }
  }

  private static Tensor up(LowRankAdapters adapters, String path) {
    return adapters.parameters().stream()
        .filter(each -> each.name().equals("transformer." + path + ".lora_B.weight"))
        .findFirst()
        .orElseThrow()
        .value();
  }

  @Test
  void depthwiseConvolutionsAreRefusedByName() {
    try (SanaTransformer network = transformer(ToySana.PLAIN)) {
      write("blocks.0.mlp.depth_conv.conv", 9, 40);
      assertThatThrownBy(() -> load(network).close())
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("transformer_blocks.0.ff.conv_depth is a convolution of 3x3");
    }
  }

  @Test
  void anAdapterOfTheFeedForwardIsTheSameLiveAndMerged() {
    try (SanaTransformer network = transformer(ToySana.PLAIN);
        LowRankAdapters adapters =
            LowRankAdapters.create(
                network,
                List.of("conv_inverted", "conv_point", "patch_embed.proj"),
                new LowRank.Settings(2, 2, 0),
                1)) {
      TensorScope.run(
          () -> {
            try (Generator generator = new Generator(9)) {
              adapters
                  .parameters()
                  .forEach(
                      each -> {
                        Tensor noise = generator.normal(each.value().shape()).mul(0.3);
                        Libtorch.noGrad(() -> each.value().copy_(noise));
                      });
            }
            SanaInput input = ToySana.input(1, 4, 6);
            Tensor before = network.apply(input);
            adapters.attach(network);
            Tensor live = network.apply(input);
            assertThat(live.toFloats()).isNotEqualTo(before.toFloats());
            adapters.detach();
            adapters.merge(network, 1);
            assertThat(network.apply(input)).isCloseTo(live, 1e-4);
          });
    }
  }
}
