package dev.sana4j.gemma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.DType;
import dev.sana4j.weights.Configs;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GemmaConfigTest {
  /** Gemma-2-2B as in its first files: without layer_types and rope_parameters. */
  private static final String FIRST_FILES =
      """
      {"architectures": ["Gemma2ForCausalLM"], "attention_bias": false,
       "attn_logit_softcapping": 50.0, "head_dim": 256, "hidden_act": "gelu_pytorch_tanh",
       "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 2304, "intermediate_size": 9216,
       "model_type": "gemma2", "num_attention_heads": 8, "num_hidden_layers": 26,
       "num_key_value_heads": 4, "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06,
       "rope_theta": 10000.0, "sliding_window": 4096, "vocab_size": 256000}""";

  @TempDir Path folder;

  private GemmaConfig read(String json) {
    return GemmaConfig.read(Configs.of(folder, json));
  }

  /** A complete file for two layers with additional keys; a later key replaces an earlier one. */
  private static String with(String keys) {
    String sizes =
        """
        "vocab_size":20,"hidden_size":16,"intermediate_size":24,"num_attention_heads":4,\
        "num_key_value_heads":2,"num_hidden_layers":2""";
    StringBuilder json = new StringBuilder("{");
    for (String size : sizes.split(",", -1)) {
      String key = size.substring(0, size.indexOf(':'));
      if (!keys.startsWith(key)) {
        json.append(size).append(',');
      }
    }
    return json.append(keys).append('}').toString();
  }

  @Test
  void thePresetIsThePublicModelInItsFirstFiles() {
    assertThat(GemmaConfig.gemma2b()).isEqualTo(read(FIRST_FILES));
  }

  @Test
  void thePresetHasThePublishedNumberOfParameters() {
    List<TensorSpec> parameters =
        Weights.specs(DType.FLOAT32, weights -> new GemmaEncoder(weights, GemmaConfig.gemma2b()));
    assertThat(parameters.stream().mapToLong(TensorSpec::elements).sum()).isEqualTo(2_614_341_888L);
  }

  @Test
  void newerFilesNameTheirLayersAndTheirRotation() {
    GemmaConfig read =
        read(
            with(
                """
                "layer_types":["full_attention","sliding_attention"],
                "rope_parameters":{"rope_theta":500.0,"rope_type":"default"},
                "rope_theta":7"""));

    assertThat(read.slidingLayers()).containsExactly(false, true);
    assertThat(read.ropeTheta()).isEqualTo(500);
  }

  @Test
  void absentKeysHaveTheDefaultsOfTransformers() {
    assertThat(read(with("\"x\":0")))
        .isEqualTo(
            new GemmaConfig(
                20, 16, 24, 4, 2, 256, List.of(true, false), 4096, 256, 50, 10_000, 1e-6, false));
  }

  @Test
  void aSoftCapOfNullIsNone() {
    assertThat(read(with("\"attn_logit_softcapping\":null")).softCap()).isEqualTo(0);
    assertThat(read(with("\"attn_logit_softcapping\":30")).softCap()).isEqualTo(30);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vocab_size",
        "hidden_size",
        "intermediate_size",
        "num_attention_heads",
        "num_key_value_heads",
        "num_hidden_layers",
        "head_dim",
        "sliding_window"
      })
  void aSizeThatIsNoPositiveIntegerIsRefusedByItsKey(String key) {
    for (String value : new String[] {"0", "-2", "2.5", "\"8\"", "[]", "99999999999"}) {
      refused("\"" + key + "\":" + value, key);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vocab_size",
        "hidden_size",
        "intermediate_size",
        "num_attention_heads",
        "num_key_value_heads",
        "num_hidden_layers"
      })
  void aMissingSizeIsRefusedByItsKey(String key) {
    refused("\"" + key + "\":null", key);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model_type | \"gemma3\"",
        "hidden_activation | \"silu\"",
        "num_attention_heads | 3",
        "num_key_value_heads | 3",
        "num_hidden_layers | 1001",
        "head_dim | 5",
        "layer_types | [\"full_attention\"]",
        "layer_types | [\"full_attention\",\"linear_attention\"]",
        "layer_types | \"full_attention\"",
        "query_pre_attn_scalar | 0",
        "query_pre_attn_scalar | NaN",
        "attn_logit_softcapping | -1",
        "attn_logit_softcapping | NaN",
        "attn_logit_softcapping | Infinity",
        "rope_theta | 0",
        "rope_theta | Infinity",
        "rms_norm_eps | 0",
        "rms_norm_eps | NaN",
        "attention_bias | 1"
      })
  void aValueThatDoesNotFitIsRefusedByItsKey(String key, String value) {
    refused("\"" + key + "\":" + value, key);
  }

  @Test
  void aRotationThatDoesNotFitIsRefusedByItsPath() {
    refused("\"rope_parameters\":{\"rope_theta\":\"x\"}", "rope_parameters.rope_theta");
    refused("\"rope_parameters\":{\"rope_theta\":-1}", "rope_theta");
  }

  private void refused(String keys, String key) {
    Configs.assertRefused(folder, with(keys), key, GemmaConfig::read);
  }
}
