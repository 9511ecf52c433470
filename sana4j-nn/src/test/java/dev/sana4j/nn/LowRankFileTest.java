package dev.sana4j.nn;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.SafetensorsWriter;
import dev.sana4j.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
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
  void aFileOfANetworkAloneHasNoPrefix() {
    write(
        Map.of(
            "attn.to_q.lora_A.weight",
            new float[] {2, 3},
            "attn.to_q.lora_B.weight",
            new float[] {4, 2}),
        "{\"r\": 2, \"lora_alpha\": 6}");
    try (LowRankAdapters adapters = load()) {
      adapters.attach(network);
      assertThat(adapters.updates())
          .hasEntrySatisfying(
              "attn.to_q",
              update -> assertThat(update.settings()).isEqualTo(new LowRank.Settings(2, 6, 0)));
    }
  }

  private void writeAsPeftDoes() {
    String name = "base_model.model.attn.to_q";
    write(
        Map.of(
            name + ".lora_A.weight",
            new float[] {2, 3},
            name + ".lora_B.weight",
            new float[] {4, 2}),
        "");
  }

  @Test
  void aFileOfPeftHasItsSettingsBesideIt() throws IOException {
    writeAsPeftDoes();
    Files.writeString(
        file.resolveSibling("adapter_config.json"),
        "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 16, \"lora_dropout\": 0.0,"
            + " \"rank_pattern\": {}, \"alpha_pattern\": {}}");
    try (LowRankAdapters adapters = load()) {
      adapters.attach(network);
      assertThat(adapters.updates())
          .hasEntrySatisfying(
              "attn.to_q",
              update -> assertThat(update.settings()).isEqualTo(new LowRank.Settings(2, 16, 0)));
    }
  }

  @Test
  void aFileOfPeftWithoutItsSettingsIsRefused() {
    writeAsPeftDoes();
    assertThatThrownBy(this::load)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("adapter_config.json");
  }

  @Test
  void whatWasLoadedUnderOtherNamesIsSavedInTheDiffusersLayout() {
    write(
        Map.of(
            "attn.to_q.lora_A.weight",
            new float[] {2, 3},
            "attn.to_q.lora_B.weight",
            new float[] {4, 2}),
        "{\"lora_alpha\": 6}");
    try (LowRankAdapters adapters = load()) {
      adapters.save(file);
    }
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.names()).contains(Q + ".lora_A.weight", Q + ".lora_B.weight");
    }
    assertThat(loadedSettings()).isEqualTo(new LowRank.Settings(2, 6, 0));
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
            "transformer.attn.to_out.0.lora_A.weight",
            new float[] {1, 4},
            "transformer.attn.to_out.0.lora_B.weight",
            new float[] {3, 1}),
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
        .hasMessageEndingWith("possible targets: to_out.0, to_q");
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
    assertNotLoaded("the LoRA does not fit the network", "no linear layer attn.to_z");
  }

  @Test
  void anAdapterOfOtherSizesIsRefused() {
    write(
        Map.of(Q + ".lora_A.weight", new float[] {2, 3}, Q + ".lora_B.weight", new float[] {5, 2}),
        "");
    assertNotLoaded("attn.to_q maps 3 to 5, but the layer maps 3 to 4");
  }

  @Test
  void attachingToAnotherNetworkThanThatOfTheNamesIsRefused() {
    writeToQ("");
    try (LowRankAdapters adapters = load();
        RandomWeights random = new RandomWeights(1);
        Linear other =
            Weights.load(
                random, DType.FLOAT32, Device.CPU, w -> Linear.load(w.at("attn.to_q"), 3, 5))) {
      assertThatThrownBy(() -> adapters.attach(other))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("attn.to_q maps 3 to 4, but the layer maps 3 to 5");
    }
  }

  @Test
  void ranksThatDifferAreRefused() {
    write(
        Map.of(Q + ".lora_A.weight", new float[] {2, 3}, Q + ".lora_B.weight", new float[] {4, 3}),
        "");
    assertNotLoaded("rank mismatch of attn.to_q", "lora_A has rank 2, lora_B 3");
    writeToQ("{\"transformer.r\": 16}");
    assertNotLoaded("rank mismatch of attn.to_q", "states rank 16.0, lora_A has 2");
  }

  @Test
  void whatIsNoLoraIsRefusedByName() {
    write(Map.of("transformer.attn.to_q.weight", new float[] {2, 3}), "");
    assertNotLoaded("a checkpoint with whole weights", "transformer.attn.to_q.weight");
    write(Map.of("transformer.attn.to_q.lora_C", new float[] {2, 3}), "");
    assertNotLoaded("transformer.attn.to_q.lora_C does not belong to a LoRA");
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
  void numbersThatAreNotFiniteAreRefusedByName() {
    for (String broken : List.of(".lora_A.weight", ".lora_B.weight", ".alpha")) {
      TensorScope.compute(
          () -> {
            Map<String, Tensor> tensors = new HashMap<>();
            tensors.put(Q + ".lora_A.weight", Tensors.full(1, DType.FLOAT32, Device.CPU, 2, 3));
            tensors.put(Q + ".lora_B.weight", Tensors.full(1, DType.FLOAT32, Device.CPU, 4, 2));
            tensors.put(Q + ".alpha", Tensors.full(1, DType.FLOAT32, Device.CPU));
            tensors.computeIfPresent(Q + broken, (name, tensor) -> tensor.mul(Double.NaN));
            SafetensorsWriter.write(file, tensors, Map.of());
            return null;
          });
      assertNotLoaded(Q + broken + " contains numbers that are not finite");
    }
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
    assertThatThrownBy(() -> new LowRank.Settings(1, 1, 1))
        .hasMessageContaining("below 1, but was 1.0");
  }
}
