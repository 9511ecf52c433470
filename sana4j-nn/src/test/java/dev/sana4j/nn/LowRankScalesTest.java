package dev.sana4j.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.weights.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The factors of updates, as each tool states them. */
class LowRankScalesTest {
  private static final String HEADER = "lora_adapter_metadata";
  private static final double ROOT = Math.sqrt(2);

  @TempDir private Path folder;

  private LoraFile file() {
    return new LoraFile(folder.resolve("style.safetensors"));
  }

  private LoraFile toQ() {
    return file().pair("attn.to_q.lora_down.weight", "attn.to_q.lora_up.weight");
  }

  private static void assertAlpha(LoraFile file, double alpha) {
    LowRank.Settings settings = file.settings();
    assertThat(settings.rank()).isEqualTo(2);
    assertThat(settings.alpha()).isEqualTo(alpha);
  }

  private static void assertRefused(LoraFile file, String... parts) {
    assertThatThrownBy(() -> file.load().close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("style.safetensors: ")
        .hasMessageContainingAll(parts);
  }

  @Test
  void aTensorAlphaCountsForItsLayer() {
    assertAlpha(toQ().with("attn.to_q.alpha", new float[] {6}), 6);
    assertAlpha(toQ().with("attn.to_q.alpha", new float[] {6}, 1), 6);
  }

  @Test
  void anAlphaOfZeroOrOfSeveralNumbersIsRefused() {
    assertRefused(toQ().with("attn.to_q.alpha", new float[] {0}), "attn.to_q.alpha is 0");
    assertRefused(toQ().ones("attn.to_q.alpha", 2), "expected one number");
  }

  @Test
  void withoutAnyAlphaTheFactorIsOne() {
    assertAlpha(toQ(), 2);
  }

  @Test
  void rankStabilizedFactorsAreAlphaByTheRootOfTheRank() {
    LoraFile stated =
        toQ().header(HEADER, "{\"transformer.lora_alpha\": 8, \"transformer.use_rslora\": true}");
    assertAlpha(stated, 8 * ROOT); // 8 * sqrt(2) / 2 = 8 / sqrt(2)
  }

  @Test
  void rankStabilizedFactorsWithoutAlphaAreRefused() {
    assertRefused(toQ().header(HEADER, "{\"use_rslora\": true}"), "lora_alpha with use_rslora");
  }

  @Test
  void anAlphaThatContradictsARankStabilizedOneIsRefused() {
    String stated = "{\"lora_alpha\": 8, \"use_rslora\": true}";
    assertRefused(
        toQ().with("attn.to_q.alpha", new float[] {8}).header(HEADER, stated),
        "attn.to_q.alpha is 8.0",
        "use_rslora");
    assertAlpha(
        toQ().with("attn.to_q.alpha", new float[] {11.3125f}).header(HEADER, stated), 11.3125);
  }

  @ParameterizedTest
  @CsvSource({
    "attn.to_q, 5",
    "to_q, 5",
    "^attn.to_q, 5",
    "^to_q, 8",
    "o_q, 8",
  })
  void patternsNameALayerOrItsEnd(String pattern, double alpha) {
    assertAlpha(
        toQ()
            .header(
                HEADER, "{\"lora_alpha\": 8, \"alpha_pattern\": {\"%s\": 5}}".formatted(pattern)),
        alpha);
  }

  @Test
  void expressionsAreRefused() {
    assertRefused(
        toQ().header(HEADER, "{\"lora_alpha\": 8, \"alpha_pattern\": {\"(a*)*b\": 5}}"),
        "got the expression '(a*)*b'");
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"peft_type\": \"LOHA\"}', peft_type is LOHA",
    "'{\"fan_in_fan_out\": true}', fan_in_fan_out is true",
    "'{\"transformer.lora_bias\": true}', transformer.lora_bias is true",
    "'{\"layer_replication\": [[0, 1]]}', layer_replication is set",
    "'{\"init_lora_weights\": \"pissa_niter_4\"}', also changes the model",
  })
  void settingsThatAreNotSupportedAreRefusedByName(String json, String part) {
    assertRefused(toQ().header(HEADER, json), HEADER, part);
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false", "\"gaussian\"", "null"})
  void initializationsOfTheUpdateHaveNoEffect(String value) {
    assertAlpha(toQ().header(HEADER, "{\"init_lora_weights\": %s}".formatted(value)), 2);
  }

  @ParameterizedTest
  @CsvSource({
    "2, 6, '', 6",
    "2, 6.0, '{\"conv_dim\": \"4\"}', 6",
    "2, 0, null, 2",
    "2, None, '', 2",
    "Dynamic, 6, '', 6",
  })
  void theHeaderOfKohyasScriptsCountsWithoutATensor(
      String dim, String alpha, String arguments, double expected) {
    assertAlpha(
        toQ()
            .header("ss_network_dim", dim)
            .header("ss_network_alpha", alpha)
            .header("ss_network_args", arguments),
        expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"True\"", "true", "1", "\"1\""})
  void lycorisStatesARankStabilizedFactorInItsArguments(String value) {
    LoraFile stated =
        toQ()
            .header("ss_network_dim", "2")
            .header("ss_network_alpha", "6")
            .header("ss_network_args", "{\"rs_lora\": %s}".formatted(value));
    assertAlpha(stated, 6 * ROOT);
    assertAlpha(stated.with("attn.to_q.alpha", new float[] {5}), 5); // already converted
  }

  @Test
  void aStatedRankThatTheLayerDoesNotHaveIsRefusedWithoutATensor() {
    LoraFile stated = toQ().header("ss_network_dim", "8").header("ss_network_alpha", "4");
    assertRefused(stated, "ss_network_dim states rank 8.0, but attn.to_q has rank 2");
    assertAlpha(stated.with("attn.to_q.alpha", new float[] {5}), 5);
  }

  @Test
  void headersThatAreNotNumbersAreRefused() {
    assertRefused(
        toQ().header("ss_network_alpha", "many"), "ss_network_alpha: expected a number, got many");
    assertRefused(toQ().header("ss_network_alpha", "NaN"), "expected a number");
    assertRefused(
        toQ().header("ss_network_alpha", "1").header("ss_network_args", "{"), "not valid JSON");
  }

  @Test
  void namesOfPeftNeedItsSettingsOnlyWithoutTensors() throws IOException {
    String name = "base_model.model.attn.to_q";
    LoraFile file = file().pair(name + ".lora_A.weight", name + ".lora_B.weight");
    assertThatThrownBy(() -> file.load().close()).hasMessageContaining("adapter_config.json");
    assertAlpha(file.with(name + ".alpha", new float[] {3}), 3);
    Files.writeString(folder.resolve("adapter_config.json"), "{\"r\": 8}");
    assertRefused(file, "adapter_config.json states rank 8.0");
  }
}
