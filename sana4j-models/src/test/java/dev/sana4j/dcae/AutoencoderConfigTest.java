package dev.sana4j.dcae;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.dcae.AutoencoderConfig.Stages;
import dev.sana4j.tensor.DType;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.ConfigWriter;
import dev.sana4j.weights.Configs;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutoencoderConfigTest {
  /** Bytes of dc-ae-f32c32-sana-1.1, model.safetensors in float32: header and tensors. */
  private static final long PUBLISHED_FILE = 1_249_046_372L;

  @TempDir Path folder;

  private AutoencoderConfig read(String json) {
    return AutoencoderConfig.read(Configs.of(folder, json));
  }

  @Test
  void thePresetIsThePublicModel() {
    String types =
        "[\"ResBlock\",\"ResBlock\",\"ResBlock\",\"EfficientViTBlock\",\"EfficientViTBlock\","
            + "\"EfficientViTBlock\"]";

    assertThat(AutoencoderConfig.f32c32())
        .isEqualTo(
            read(
                """
                {"_class_name": "AutoencoderDC", "in_channels": 3, "latent_channels": 32,
                 "attention_head_dim": 32, "encoder_block_types": %1$s,
                 "decoder_block_types": %1$s,
                 "encoder_block_out_channels": [128, 256, 512, 512, 1024, 1024],
                 "decoder_block_out_channels": [128, 256, 512, 512, 1024, 1024],
                 "encoder_layers_per_block": [2, 2, 2, 3, 3, 3],
                 "decoder_layers_per_block": [3, 3, 3, 3, 3, 3],
                 "encoder_qkv_multiscales": [[], [], [], [5], [5], [5]],
                 "decoder_qkv_multiscales": [[], [], [], [5], [5], [5]],
                 "upsample_block_type": "interpolate", "downsample_block_type": "Conv",
                 "decoder_norm_types": "rms_norm", "decoder_act_fns": "silu",
                 "scaling_factor": 0.41407}"""
                    .formatted(types)));
    assertThat(AutoencoderConfig.f32c32().compression()).isEqualTo(32);
  }

  @Test
  void thePresetHasAsManyParametersAsThePublishedFile() {
    List<TensorSpec> parameters =
        Weights.specs(
            DType.FLOAT32, weights -> new Autoencoder(weights, AutoencoderConfig.f32c32()));
    long bytes = parameters.stream().mapToLong(TensorSpec::bytes).sum();
    assertThat(PUBLISHED_FILE - bytes).as("bytes of its header").isBetween(10_000L, 100_000L);
  }

  @Test
  void anEmptyFileIsTheDefaultOfDiffusers() {
    AutoencoderConfig read = read("{}");

    assertThat(read.encoder().widths())
        .isEqualTo(AutoencoderConfig.f32c32().encoder().widths())
        .isEqualTo(read.decoder().widths());
    assertThat(read.encoder().blockTypes()).isEqualTo(Collections.nCopies(6, "ResBlock"));
    assertThat(read.pixelUnshuffle()).isTrue();
    assertThat(read.interpolate()).isFalse();
    assertThat(read.scalingFactor()).isEqualTo(1);
  }

  @Test
  void oneBlockTypeStandsForAllStages() {
    Stages stages = read("{\"encoder_block_types\":\"EfficientViTBlock\"}").encoder();

    assertThat(stages.blockTypes()).isEqualTo(Collections.nCopies(6, "EfficientViTBlock"));
  }

  @ParameterizedTest
  @CsvSource({"conv, interpolate", "Conv, Interpolate", "CONV, INTERPOLATE"})
  void samplingBlocksAreReadInAnyCase(String down, String up) {
    AutoencoderConfig read =
        read(
            "{\"downsample_block_type\":\"%s\",\"upsample_block_type\":\"%s\"}"
                .formatted(down, up));

    assertThat(read.pixelUnshuffle()).isFalse();
    assertThat(read.interpolate()).isTrue();
  }

  @Test
  void normsAndActivationsMayBeListedByStage() {
    String norms = "[" + String.join(",", Collections.nCopies(6, "\"rms_norm\"")) + "]";

    assertThat(
            read(
                "{\"decoder_norm_types\":%s,\"decoder_act_fns\":%s}"
                    .formatted(norms, norms.replace("rms_norm", "silu"))))
        .isEqualTo(read("{}"));
  }

  /** The decoder of dc-ae-lite-f32c32-sana-1.1: residual blocks, pixel shuffle, SiLU. */
  @Test
  void theLiteDecoderIsRead() {
    String none = "[[],[],[],[],[],[]]";
    AutoencoderConfig lite =
        read(
            """
            {"decoder_block_types": "ResBlock", "decoder_layers_per_block": [0, 3, 5, 4, 4, 4],
             "decoder_block_out_channels": [128, 256, 512, 512, 1024, 1024],
             "decoder_qkv_multiscales": %s, "decoder_conv_act_fn": "silu",
             "downsample_block_type": "Conv", "upsample_block_type": "pixel_shuffle",
             "scaling_factor": 0.41407}"""
                .formatted(none));
    Map<String, List<Long>> shapes =
        Weights.specs(DType.FLOAT32, weights -> new Autoencoder(weights, lite)).stream()
            .collect(Collectors.toMap(TensorSpec::name, TensorSpec::shape));

    assertThat(lite.decoder().depths()).containsExactly(0, 3, 5, 4, 4, 4);
    assertThat(shapes)
        .containsEntry("decoder.conv_out.conv.weight", List.of(12L, 256L, 3L, 3L))
        .containsEntry("decoder.norm_out.weight", List.of(256L))
        .containsEntry("decoder.up_blocks.1.0.conv.weight", List.of(1024L, 512L, 3L, 3L))
        .containsEntry("decoder.up_blocks.5.3.conv2.weight", List.of(1024L, 1024L, 3L, 3L));
    assertThat(shapes.keySet())
        .noneMatch(name -> name.startsWith("decoder.up_blocks.0."))
        .noneMatch(name -> name.startsWith("decoder") && name.contains("attn"));
  }

  @Test
  void settingsReadBackEqual() {
    for (AutoencoderConfig config :
        List.of(
            AutoencoderConfig.f32c32(),
            ToyAutoencoder.config(true, 0),
            ToyAutoencoder.config(false, 1).withScalingFactor(0.7))) {
      Path file = folder.resolve("config.json");
      ConfigWriter.write(file, config.settings());

      assertThat(AutoencoderConfig.read(ConfigFile.read(file))).isEqualTo(config);
    }
  }

  @Test
  void theCompressionDoublesWithEveryStage() {
    assertThat(ToyAutoencoder.config(false, 1).compression()).isEqualTo(4);
    assertThat(ToyAutoencoder.config(false, 0).compression()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "in_channels | 0 | in_channels",
        "in_channels | \"3\" | in_channels",
        "latent_channels | 0 | latent_channels",
        "latent_channels | 24 | latent_channels",
        "attention_head_dim | 0 | attention_head_dim",
        "attention_head_dim | -32 | attention_head_dim",
        "encoder_block_out_channels | [128] | block_out_channels",
        "encoder_block_out_channels | [] | block_out_channels",
        "encoder_block_out_channels | [128,256] | block_out_channels",
        "encoder_block_out_channels | [128,256,0,512,1024,1024] | block_out_channels",
        "encoder_block_out_channels | [128,256,1.5,512,1024,1024] | encoder_block_out_channels[2]",
        "encoder_layers_per_block | [1] | layers_per_block",
        "encoder_layers_per_block | [2,2,0,3,3,3] | layers_per_block",
        "encoder_layers_per_block | [-1,2,2,3,3,3] | layers_per_block",
        "decoder_layers_per_block | [3,3,-3,3,3,3] | layers_per_block",
        "encoder_block_types | \"SwinBlock\" | block_types",
        "encoder_block_types | [\"ResBlock\"] | block_types",
        "encoder_block_types | 1 | encoder_block_types",
        "encoder_qkv_multiscales | [[],[],[],[4],[5],[5]] | qkv_multiscales",
        "encoder_qkv_multiscales | [[],[],[],[-5],[5],[5]] | qkv_multiscales",
        "encoder_qkv_multiscales | [[5]] | qkv_multiscales",
        "decoder_qkv_multiscales | [5,5,5,5,5,5] | decoder_qkv_multiscales",
        "downsample_block_type | \"strided\" | downsample_block_type",
        "upsample_block_type | \"Conv\" | upsample_block_type",
        "encoder_out_shortcut | 1 | encoder_out_shortcut",
        "decoder_in_shortcut | \"no\" | decoder_in_shortcut",
        "decoder_conv_act_fn | \"gelu\" | decoder_conv_act_fn",
        "decoder_norm_types | \"batch_norm\" | decoder_norm_types",
        "decoder_norm_types | [\"rms_norm\",\"batch_norm\"] | decoder_norm_types",
        "decoder_act_fns | \"relu\" | decoder_act_fns",
        "scaling_factor | 0 | scaling_factor",
        "scaling_factor | -0.4 | scaling_factor",
        "scaling_factor | NaN | scaling_factor",
        "scaling_factor | Infinity | scaling_factor",
        "scaling_factor | \"x\" | scaling_factor"
      })
  void aValueThatDoesNotFitIsRefusedByItsKey(String key, String value, String named) {
    Configs.assertRefused(
        folder, "{\"" + key + "\":" + value + "}", named, AutoencoderConfig::read);
  }

  @Test
  void halvesOfDifferentDepthAreRefused() {
    String json =
        """
        {"decoder_block_out_channels": [8, 32], "decoder_layers_per_block": [1, 1],
         "decoder_qkv_multiscales": [[], []]}""";

    Configs.assertRefused(folder, json, "decoder_block_out_channels", AutoencoderConfig::read);
  }
}
