package dev.sana4j.sana;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.DType;
import dev.sana4j.weights.Configs;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SanaConfigTest {
  @TempDir Path folder;

  private SanaConfig read(String json) {
    return SanaConfig.read(Configs.of(folder, json));
  }

  private static SanaConfig public1600m(boolean guidance, boolean qkNorm) {
    return new SanaConfig(
        32, 32, 20, 70, 32, 20, 112, 2304, 2.5, false, 32, 1, false, 1e-6, 0, guidance, 0.1, qkNorm,
        1);
  }

  @Test
  void anEmptyFileIsThePublicModelOf1600mParameters() {
    assertThat(read("{}")).isEqualTo(public1600m(false, false));
  }

  @Test
  void theSprintPresetIsThePublicStudent() {
    assertThat(SanaConfig.sprint1600m())
        .isEqualTo(public1600m(true, true))
        .isEqualTo(
            read(
                """
                {"_class_name": "SanaTransformer2DModel", "attention_bias": false,
                 "attention_head_dim": 32, "caption_channels": 2304, "cross_attention_dim": 2240,
                 "cross_attention_head_dim": 112, "dropout": 0.0, "guidance_embeds": true,
                 "guidance_embeds_scale": 0.1, "in_channels": 32, "interpolation_scale": null,
                 "mlp_ratio": 2.5, "norm_elementwise_affine": false, "norm_eps": 1e-06,
                 "num_attention_heads": 70, "num_cross_attention_heads": 20, "num_layers": 20,
                 "out_channels": 32, "patch_size": 1, "qk_norm": "rms_norm_across_heads",
                 "sample_size": 32, "timestep_scale": 1.0}"""));
  }

  /**
   * Parameter counts of the published checkpoints with query-key norm; no weights are allocated.
   */
  @ParameterizedTest
  @CsvSource({
    "28, 36, 16,  72,   591876896",
    "20, 70, 20, 112,  1604641952",
    "60, 70, 20, 112,  4721825952"
  })
  void thePublicSizesHaveThePublishedNumberOfParameters(
      int layers, int heads, int crossHeads, int crossHeadWidth, long parameters) {
    SanaConfig config =
        new SanaConfig(
            32,
            32,
            layers,
            heads,
            32,
            crossHeads,
            crossHeadWidth,
            2304,
            2.5,
            false,
            32,
            1,
            false,
            1e-6,
            0,
            false,
            0.1,
            true,
            0.001);

    assertThat(parametersOf(config)).isEqualTo(parameters);
  }

  @Test
  void theStudentAddsOnlyItsGuidanceEmbedding() {
    long embedding = 256 * 2240 + 2240 + 2240 * 2240 + 2240;

    assertThat(parametersOf(SanaConfig.sprint1600m())).isEqualTo(1_604_641_952 + embedding);
  }

  private static long parametersOf(SanaConfig config) {
    return Weights.specs(DType.FLOAT32, weights -> new SanaTransformer(weights, config)).stream()
        .mapToLong(TensorSpec::elements)
        .sum();
  }

  @Test
  void theOtherPresetsDifferAsTheirPublicModelsDo() {
    assertThat(SanaConfig.teacher1600m().guidanceEmbedding()).isFalse();
    assertThat(SanaConfig.teacher1600m().timestepScale()).isEqualTo(0.001);
    assertThat(SanaConfig.teacher1600m().student()).isEqualTo(SanaConfig.sprint1600m());
    assertThat(SanaConfig.sprint600m().guidanceEmbedding()).isTrue();
    assertThat(SanaConfig.sprint600m().width()).isEqualTo(1152);
    assertThat(SanaConfig.sana4800m().timestepScale()).isEqualTo(1);
    assertThat(SanaConfig.sana4800m().qkNorm()).isTrue();
  }

  @Test
  void predictionsHaveTheChannelsOfTheLatentsUnlessToldOtherwise() {
    assertThat(read("{\"in_channels\":16}").outChannels()).isEqualTo(16);
    assertThat(read("{\"in_channels\":16,\"out_channels\":null}").outChannels()).isEqualTo(16);
    assertThat(read("{\"in_channels\":16,\"out_channels\":8}").outChannels()).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "in_channels",
        "out_channels",
        "num_layers",
        "num_attention_heads",
        "attention_head_dim",
        "num_cross_attention_heads",
        "cross_attention_head_dim",
        "caption_channels",
        "sample_size",
        "patch_size"
      })
  void aSizeThatIsNoPositiveIntegerIsRefusedByItsKey(String key) {
    for (String value : new String[] {"0", "-1", "2.5", "\"8\"", "[]", "true", "99999999999"}) {
      refused("{\"" + key + "\":" + value + "}", key);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mlp_ratio, 0",
    "mlp_ratio, -1",
    "mlp_ratio, 65",
    "mlp_ratio, 1e-6",
    "mlp_ratio, NaN",
    "norm_eps, 0",
    "norm_eps, -1e-6",
    "norm_eps, NaN",
    "norm_eps, Infinity",
    "interpolation_scale, -1",
    "interpolation_scale, NaN",
    "interpolation_scale, Infinity",
    "guidance_embeds_scale, NaN",
    "guidance_embeds_scale, Infinity",
    "timestep_scale, 0",
    "timestep_scale, NaN",
    "timestep_scale, Infinity",
    "num_layers, 1001",
    "qk_norm, \"layer_norm\"",
    "qk_norm, 1",
    "cross_attention_dim, 2241",
    "attention_bias, 1",
    "guidance_embeds, \"yes\"",
    "norm_elementwise_affine, 0"
  })
  void aValueOutOfRangeIsRefusedByItsKey(String key, String value) {
    refused("{\"" + key + "\":" + value + "}", key);
  }

  private void refused(String json, String key) {
    Configs.assertRefused(folder, json, key, SanaConfig::read);
  }
}
