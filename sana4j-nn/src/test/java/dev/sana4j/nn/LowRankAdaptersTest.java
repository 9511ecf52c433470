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
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.SafetensorsWriter;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LowRankAdaptersTest {
  private static final String Q = "transformer.attn.to_q";
  private static final LowRank.Settings RANK_2 = new LowRank.Settings(2, 4, 0);

  @TempDir private Path folder;
  private Path file;
  private Sequential network;
  private Tensor input;

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

  private LowRankAdapters create(LowRank.Settings settings, String... targets) {
    return LowRankAdapters.create(network, List.of(targets), settings, 7);
  }

  /** As if it had been trained. */
  private static void fillUp(LowRankAdapters adapters) {
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

  private float[] output() {
    try (Tensor output = network.apply(input)) {
      return output.toFloats();
    }
  }

  private void write(Map<String, float[]> rowsOfOnes, String metadata) {
    TensorScope.confine(
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

  private void writeToQ(String metadata) {
    write(
        Map.of(Q + ".lora_A.weight", new float[] {2, 3}, Q + ".lora_B.weight", new float[] {4, 2}),
        metadata);
  }

  private LowRankAdapters load() {
    return LowRankAdapters.load(file, Device.CPU);
  }

  private LowRank.Settings loadedSettings() {
    try (LowRankAdapters adapters = load()) {
      return adapters.updates().values().iterator().next().settings();
    }
  }

  private void assertNotLoaded(String... parts) {
    assertThatThrownBy(this::load)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContainingAll(parts);
  }

  @Test
  void newAdaptersChangeNothing() {
    float[] before = output();
    try (LowRankAdapters adapters = create(RANK_2, "to_q", "to_out.0")) {
      adapters.attach(network);
      assertThat(output()).containsExactly(before);
      assertThat(adapters.parameters())
          .extracting(Parameter::name)
          .containsExactly(
              Q + ".lora_A.weight",
              Q + ".lora_B.weight",
              "transformer.attn.to_out.0.lora_A.weight",
              "transformer.attn.to_out.0.lora_B.weight");
    }
  }

  @Test
  void theFirstMatrixIsUniformWithinTheRootOfItsInputs() {
    try (LowRankAdapters adapters = create(new LowRank.Settings(500, 1, 0), "to_q")) {
      float[] values = adapters.parameters().get(0).value().toFloats();
      float bound = (float) (1 / Math.sqrt(3));
      float largest = 0;
      for (float value : values) {
        largest = Math.max(largest, Math.abs(value));
      }
      assertThat(largest).isBetween(0.95f * bound, bound);
    }
  }

  @Test
  void theUpdateIsAlphaOverRankTimesBothMatrices() {
    writeToQ("{\"transformer.r\": 2, \"transformer.lora_alpha\": 6}");
    Linear first = network.linears().values().iterator().next();
    try (LowRankAdapters adapters = load();
        Tensor ones = Tensors.full(1, DType.FLOAT32, Device.CPU, 1, 3);
        Tensor before = first.apply(ones)) {
      adapters.attach(network, 0.5);
      try (Tensor after = first.apply(ones);
          Tensor change = after.sub(before)) {
        assertThat(change).isCloseTo(new float[] {9, 9, 9, 9}, 1e-5); // 0.5 * 6 / 2 * (2 * 3)
      }
    }
  }

  @Test
  void detachedOrClosedAdaptersHaveNoEffect() {
    float[] before = output();
    try (LowRankAdapters adapters = create(RANK_2, "to_q")) {
      fillUp(adapters);
      adapters.attach(network);
      assertThat(output()).isNotEqualTo(before);
      adapters.detach();
      assertThat(output()).containsExactly(before);
      adapters.attach(network);
    }
    assertThat(output()).containsExactly(before);
  }

  @Test
  void mergedWeightsGiveTheSameOutputAsLiveAdapters() {
    try (LowRankAdapters adapters = create(RANK_2, "to_q", "to_out.0")) {
      fillUp(adapters);
      adapters.attach(network, 0.7);
      float[] live = output();
      assertThatThrownBy(() -> adapters.merge(network, 0.7))
          .isInstanceOf(IllegalStateException.class);
      adapters.detach();
      adapters.merge(network, 0.7);
      try (Tensor merged = network.apply(input)) {
        assertThat(merged).isCloseTo(live, 1e-5);
      }
    }
  }

  @Test
  void halfPrecisionNetworksHaveAdaptersInTheirDtype() {
    try (LowRankAdapters adapters = create(RANK_2, "to_q");
        RandomWeights random = new RandomWeights(1);
        Linear half =
            Weights.load(
                random, DType.BFLOAT16, Device.CPU, w -> Linear.load(w.at("attn.to_q"), 3, 4));
        Tensor rounded = input.to(DType.BFLOAT16)) {
      fillUp(adapters);
      adapters.attach(half);
      try (Tensor output = half.apply(rounded)) {
        assertThat(output.dtype()).isEqualTo(DType.BFLOAT16);
      }
    }
  }

  @Test
  void dropoutDependsOnTheSeedAlone() {
    try (LowRankAdapters adapters = create(new LowRank.Settings(2, 4, 0.5), "to_q")) {
      fillUp(adapters);
      adapters.attach(network);
      float[] whole = output();
      adapters.dropInputs(1);
      float[] dropped = output();
      assertThat(dropped).isNotEqualTo(whole);
      assertThat(output()).containsExactly(dropped);
      adapters.dropInputs(2);
      assertThat(output()).isNotEqualTo(dropped);
      adapters.keepInputs();
      assertThat(output()).containsExactly(whole);
    }
  }

  @Test
  void dropoutKeepsItsShareOfInputsAndTheirMean() {
    try (LowRankAdapters adapters = create(new LowRank.Settings(2, 4, 0.25), "to_q");
        Tensor down = Tensors.of(new float[] {1, 0, 0, 0, 0, 0}, 2, 3);
        Tensor up = Tensors.of(new float[] {0.5f, 0, 0, 0, 0, 0, 0, 0}, 4, 2);
        Tensor many = Tensors.full(1, DType.FLOAT32, Device.CPU, 4000, 3)) {
      adapters.parameters().get(0).value().copy_(down);
      adapters.parameters().get(1).value().copy_(up);
      adapters.dropInputs(1);
      LowRank update = adapters.updates().values().iterator().next();
      try (Tensor output = update.apply(many);
          Tensor first = output.narrow(1, 0, 1)) {
        int kept = 0;
        for (float value : first.toFloats()) {
          assertThat(value).isIn(0f, 1 / 0.75f);
          kept += value == 0 ? 0 : 1;
        }
        assertThat(kept).isBetween(2880, 3120);
      }
    }
  }

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
