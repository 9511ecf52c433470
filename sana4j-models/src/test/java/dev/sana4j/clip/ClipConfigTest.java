package dev.sana4j.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.clip.ClipConfig.Activation;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ClipConfigTest {
  private static ClipConfig read(String json) {
    return ClipConfig.read(ConfigFile.parse(Path.of("config.json"), "", json));
  }

  @Test
  void valuesThatAreMissingAreThoseOfTheSmallPublicModel() {
    assertThat(read("{\"text_config\": {\"bos_token_id\": 0}}")).isEqualTo(ClipConfig.vitB32());
    assertThat(read("{}")).isEqualTo(ClipConfig.vitB32());
  }

  @Test
  void readsBothTowers() {
    ClipConfig config =
        read(
            "{\"text_config\": {\"hidden_size\": 768, \"num_attention_heads\": 12,"
                + " \"intermediate_size\": 3072}, \"vision_config\": {\"hidden_size\": 1024,"
                + " \"intermediate_size\": 4096, \"num_attention_heads\": 16,"
                + " \"num_hidden_layers\": 24, \"patch_size\": 14}, \"projection_dim\": 768}");
    assertThat(config).isEqualTo(ClipConfig.vitL14());
    assertThat(config.patches()).isEqualTo(256);
  }

  @Test
  void theOlderCopyOfATowerWins() {
    ClipConfig config =
        read(
            "{\"vision_config_dict\": {\"hidden_act\": \"gelu\"},"
                + " \"vision_config\": {\"hidden_act\": \"quick_gelu\", \"patch_size\": 16}}");
    assertThat(config.image().activation()).isEqualTo(Activation.GELU);
    assertThat(config.patchSize()).isEqualTo(16);
  }

  @Test
  void refusesWhatIsNotSupported() {
    assertRefused("{\"model_type\": \"siglip\"}", "model_type siglip is not clip");
    assertRefused("{\"text_config\": {\"hidden_act\": \"relu\"}}", "hidden_act relu");
    assertRefused("{\"text_config\": {\"hidden_size\": 7}}", "not a multiple");
    assertRefused("{\"vision_config\": {\"num_channels\": 4}}", "num_channels 4");
    assertRefused("{\"vision_config\": {\"image_size\": 8}}", "does not fit patch_size");
  }

  private static void assertRefused(String json, String because) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(because);
  }
}
