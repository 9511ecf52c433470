package dev.sana4j.nn;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.CheckpointException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LowRankFileTest extends LowRankNetwork {
  @Test
  void whatWasSavedIsLoadedAgain() {
    try (LowRankAdapters adapters = create(RANK_2, "to_q", "to_out.0")) {
      fillUp(adapters);
      adapters.save(file);
      adapters.attach(network);
      float[] expected = output();
      adapters.detach();
      try (LowRankAdapters loaded = load()) {
        assertThat(loaded.updates().keySet()).containsExactly("attn.to_out.0", "attn.to_q");
        loaded.attach(network);
        assertThat(output()).containsExactly(expected);
      }
    }
  }

  @Test
  void theHeaderHoldsTheSettingsThatPeftReads() {
    try (LowRankAdapters adapters = create(new LowRank.Settings(2, 4, 0.1), "to_q")) {
      adapters.save(file);
    }
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.metadata().get("lora_adapter_metadata"))
          .isEqualTo(
              "{\"transformer.r\":2,\"transformer.lora_alpha\":4.0,"
                  + "\"transformer.lora_dropout\":0.1,"
                  + "\"transformer.target_modules\":[\"attn.to_q\"],"
                  + "\"transformer.rank_pattern\":{},\"transformer.alpha_pattern\":{}}");
    }
  }

  @Test
  void withoutAnAlphaTheScaleIsOne() {
    writeToQ("");
    assertThat(loadedSettings()).isEqualTo(new LowRank.Settings(2, 2, 0));
  }

  @Test
  void anAlphaTensorGoesBeforeTheHeader() {
    write(
        Map.of(
            Q + ".lora_A.weight",
            new float[] {2, 3},
            Q + ".lora_B.weight",
            new float[] {4, 2},
            Q + ".alpha",
            new float[] {5}),
        "{\"transformer.lora_alpha\": 8}");
    assertThat(loadedSettings().alpha()).isEqualTo(5);
  }

  @Test
  void patternsGoBeforeTheSettingsOfAll() {
    writeToQ(
        "{\"transformer.r\": 8, \"transformer.lora_alpha\": 8,"
            + " \"transformer.rank_pattern\": {\"to_q\": 2},"
            + " \"transformer.alpha_pattern\": {\"attn.to_q\": 3}}");
    assertThat(loadedSettings()).isEqualTo(new LowRank.Settings(2, 3, 0));
  }

  @Test
  void adaptersOfSeveralRanksAreSavedWithThem() {
    write(
        Map.of(
            Q + ".lora_A.weight",
            new float[] {2, 3},
            Q + ".lora_B.weight",
            new float[] {4, 2},
            "transformer.attn.to_k.lora_A.weight",
            new float[] {1, 3},
            "transformer.attn.to_k.lora_B.weight",
            new float[] {4, 1}),
        "");
    try (LowRankAdapters adapters = load()) {
      adapters.save(file);
    }
    try (LowRankAdapters adapters = load()) {
      assertThat(adapters.updates().values())
          .extracting(LowRank::settings)
          .containsExactly(new LowRank.Settings(1, 1, 0), new LowRank.Settings(2, 2, 0));
    }
  }

  @Test
  void aTargetThatIsNotThereIsRefusedWithTheNamesThatAre() {
    assertThatThrownBy(() -> create(RANK_2, "to_q", "conv_inverted"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("'conv_inverted'")
        .hasMessageEndingWith("possible are: to_out.0, to_q");
  }

  @Test
  void aLayerThatTheNetworkLacksIsNamed() {
    write(
        Map.of(
            "transformer.attn.to_z.lora_A.weight",
            new float[] {2, 3},
            "transformer.attn.to_z.lora_B.weight",
            new float[] {4, 2}),
        "");
    try (LowRankAdapters adapters = load()) {
      assertThatThrownBy(() -> adapters.attach(network))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("no linear layer attn.to_z");
    }
  }

  @Test
  void anAdapterOfOtherSizesLeavesTheNetworkAlone() {
    write(
        Map.of(Q + ".lora_A.weight", new float[] {2, 3}, Q + ".lora_B.weight", new float[] {5, 2}),
        "");
    float[] before = output();
    try (LowRankAdapters adapters = load()) {
      assertThatThrownBy(() -> adapters.attach(network))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("attn.to_q maps 3 to 5, the layer 3 to 4");
      assertThat(output()).containsExactly(before);
    }
  }

  @Test
  void ranksThatDifferAreRefused() {
    write(
        Map.of(Q + ".lora_A.weight", new float[] {2, 3}, Q + ".lora_B.weight", new float[] {4, 3}),
        "");
    assertNotLoaded("rank mismatch of attn.to_q", "lora_A has rank 2, lora_B 3");
    writeToQ("{\"transformer.r\": 16}");
    assertNotLoaded("rank mismatch of attn.to_q", "says 16.0, lora_A has 2");
  }

  @Test
  void whatIsNoLoraIsRefusedByName() {
    write(Map.of("transformer.attn.to_q.weight", new float[] {2, 3}), "");
    assertNotLoaded("transformer.attn.to_q.weight is no part of a LoRA");
    write(Map.of("lora_unet_attn_to_q.lora_down.weight", new float[] {2, 3}), "");
    assertNotLoaded("lora_unet_attn_to_q.lora_down.weight is no part of a LoRA");
    write(Map.of(), "");
    assertNotLoaded("without tensors");
  }

  @Test
  void halfAPairIsRefusedByName() {
    write(Map.of(Q + ".lora_A.weight", new float[] {2, 3}), "");
    assertNotLoaded("missing transformer.attn.to_q.lora_B.weight");
  }

  @Test
  void aVectorInPlaceOfAMatrixIsRefused() {
    write(
        Map.of(Q + ".lora_A.weight", new float[] {2}, Q + ".lora_B.weight", new float[] {4, 2}),
        "");
    assertNotLoaded("lora_A.weight has shape []", "expected a matrix");
  }

  @Test
  void otherKindsOfAdaptersAreRefused() {
    writeToQ("{\"transformer.use_dora\": true}");
    assertNotLoaded("use_dora is not supported");
  }

  @Test
  void aBrokenHeaderTextIsRefused() {
    writeToQ("{\"transformer.r\": ");
    assertNotLoaded("not valid JSON");
    writeToQ("{\"transformer.lora_alpha\": \"big\"}");
    assertNotLoaded("lora_adapter_metadata.transformer.lora_alpha", "expected a number");
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> new LowRank.Settings(0, 1, 0)).hasMessageContaining("rank 0");
    assertThatThrownBy(() -> new LowRank.Settings(1, Double.NaN, 0)).hasMessageContaining("alpha");
    assertThatThrownBy(() -> new LowRank.Settings(1, 1, 1)).hasMessageContaining("dropout 1.0");
  }
}
