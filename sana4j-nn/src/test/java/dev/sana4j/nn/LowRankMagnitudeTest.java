package dev.sana4j.nn;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.GivenWeights;
import dev.sana4j.weights.SafetensorsWriter;
import dev.sana4j.weights.Storage;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DoRA, compared with weights that plain loops merge by its definition. */
class LowRankMagnitudeTest {
  private static final int IN = 3;
  private static final int OUT = 4;
  private static final int RANK = 2;
  private static final double FACTOR = 6.0 / RANK;

  private static final float[] WEIGHT = PlainLoops.random(1, OUT * IN);
  private static final float[] BIAS = PlainLoops.random(2, OUT);
  private static final float[] DOWN = PlainLoops.random(3, RANK * IN);
  private static final float[] UP = PlainLoops.random(4, OUT * RANK);
  private static final float[] PER_OUTPUT = {0.5f, 2, -1, 3};
  private static final float[] PER_INPUT = {1.5f, 0.25f, 2};

  @TempDir private Path folder;

  private LoraFile file() {
    return new LoraFile(folder.resolve("style.safetensors"))
        .with("attn.to_q.lora_down.weight", DOWN, RANK, IN)
        .with("attn.to_q.lora_up.weight", UP, OUT, RANK)
        .with("attn.to_q.alpha", new float[] {6});
  }

  private LoraFile perOutput() {
    return file().with("attn.to_q.lora_magnitude_vector", PER_OUTPUT, OUT);
  }

  private static Linear linear(DType dtype, float[] weight) {
    GivenWeights given =
        new GivenWeights()
            .with("attn.to_q.weight", weight, OUT, IN)
            .with("attn.to_q.bias", BIAS, OUT);
    return Weights.load(given, dtype, Device.CPU, w -> Linear.load(w.at("attn.to_q"), IN, OUT));
  }

  /** Returns V = W + factor * B A. */
  private static double[] updated(float[] weight, double factor) {
    double[] updated = new double[OUT * IN];
    for (int row = 0; row < OUT; row++) {
      for (int column = 0; column < IN; column++) {
        double sum = 0;
        for (int i = 0; i < RANK; i++) {
          sum += UP[row * RANK + i] * DOWN[i * IN + column];
        }
        updated[row * IN + column] = weight[row * IN + column] + factor * sum;
      }
    }
    return updated;
  }

  /** Returns m V / |V| with the norm of each row, or of each column. */
  private static float[] merged(float[] weight, double factor, float[] magnitudes, boolean rows) {
    double[] updated = updated(weight, factor);
    double[] squares = new double[rows ? OUT : IN];
    for (int i = 0; i < updated.length; i++) {
      squares[rows ? i / IN : i % IN] += updated[i] * updated[i];
    }
    float[] merged = new float[updated.length];
    for (int i = 0; i < updated.length; i++) {
      int at = rows ? i / IN : i % IN;
      merged[i] = (float) (magnitudes[at] * updated[i] / Math.sqrt(squares[at]));
    }
    return merged;
  }

  private static void assertSameAs(float[] merged, Layer<Tensor> layer, double tolerance) {
    TensorScope.run(
        () -> {
          Tensor input = Tensors.of(PlainLoops.random(5, 2 * IN), 2, IN);
          Tensor weight = Tensors.of(merged, OUT, IN);
          Tensor expected = input.matmul(weight.transpose(0, 1)).add(Tensors.of(BIAS, OUT));
          AffineMap map = (AffineMap) layer;
          Tensor output = layer.apply(input.to(map.weight().dtype())).to(DType.FLOAT32);
          assertThat(output).isCloseTo(expected, tolerance);
        });
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.5, -2})
  void theUpdatedRowsHaveTheGivenNorms(double strength) {
    try (Linear layer = linear(DType.FLOAT32, WEIGHT);
        LowRankAdapters adapters = perOutput().load()) {
      adapters.attach(layer, strength);
      assertSameAs(merged(WEIGHT, strength * FACTOR, PER_OUTPUT, true), layer, 1e-5);
    }
  }

  @Test
  void aScaleOfTwoDimensionsMeansOutputsOrInputs() {
    try (Linear layer = linear(DType.FLOAT32, WEIGHT)) {
      try (LowRankAdapters adapters =
          file().with("attn.to_q.dora_scale", PER_OUTPUT, OUT, 1).load()) {
        adapters.attach(layer);
        assertSameAs(merged(WEIGHT, FACTOR, PER_OUTPUT, true), layer, 1e-5);
      }
      try (LowRankAdapters adapters =
          file().with("attn.to_q.dora_scale", PER_INPUT, 1, IN).load()) {
        adapters.attach(layer);
        assertSameAs(merged(WEIGHT, FACTOR, PER_INPUT, false), layer, 1e-5);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"outputs", "inputs"})
  void mergedWeightsAreThoseOfTheDefinition(String axis) {
    boolean rows = axis.equals("outputs");
    LoraFile file = rows ? perOutput() : file().with("attn.to_q.dora_scale", PER_INPUT, 1, IN);
    try (Linear layer = linear(DType.FLOAT32, WEIGHT);
        LowRankAdapters adapters = file.load()) {
      adapters.merge(layer, 1);
      assertSameAs(merged(WEIGHT, FACTOR, rows ? PER_OUTPUT : PER_INPUT, rows), layer, 1e-5);
    }
  }

  @Test
  void strengthZeroTurnsMagnitudesOff() {
    try (Linear layer = linear(DType.FLOAT32, WEIGHT);
        LowRankAdapters adapters = perOutput().load()) {
      adapters.attach(layer, 0);
      assertSameAs(WEIGHT, layer, 0);
      adapters.detach();
      adapters.merge(layer, 0);
      assertSameAs(WEIGHT, layer, 0);
    }
  }

  @Test
  void theChangesOfSeveralAdaptersAreAdded() {
    Path other = folder.resolve("other.safetensors");
    new LoraFile(other)
        .with("attn.to_q.lora_A.weight", DOWN, RANK, IN)
        .with("attn.to_q.lora_B.weight", UP, OUT, RANK)
        .write();
    float[] sum = merged(WEIGHT, FACTOR, PER_OUTPUT, true);
    double[] plain = updated(WEIGHT, 1);
    for (int i = 0; i < sum.length; i++) {
      sum[i] += (float) (plain[i] - WEIGHT[i]);
    }
    try (Linear layer = linear(DType.FLOAT32, WEIGHT);
        LowRankAdapters first = LowRankAdapters.load(other, Device.CPU, LoraFile.NAMES);
        LowRankAdapters second = perOutput().load()) {
      first.attach(layer);
      second.attach(layer);
      assertSameAs(sum, layer, 1e-5);
    }
  }

  @Test
  void halfPrecisionNetworksHaveFloat32Norms() {
    double[] updated = updated(WEIGHT, FACTOR);
    float[] magnitudes = new float[OUT];
    for (int row = 0; row < OUT; row++) {
      double square = 0;
      for (int column = 0; column < IN; column++) {
        square += Math.pow(updated[row * IN + column], 2);
      }
      magnitudes[row] = (float) (1.2 * Math.sqrt(square)); // near the norms, as after a training
    }
    LoraFile file = file().with("attn.to_q.lora_magnitude_vector", magnitudes, OUT);
    try (Linear layer = linear(DType.BFLOAT16, WEIGHT);
        LowRankAdapters adapters = file.load()) {
      adapters.attach(layer);
      assertSameAs(merged(WEIGHT, FACTOR, magnitudes, true), layer, 0.15);
    }
  }

  @Test
  void weightsOf8BitsAreWidenedForTheNorms() {
    byte[] bytes = {10, -20, 30, 40, 50, -60, 7, 8, 9, -100, 110, 120};
    float[] scale = {0.01f, 0.02f, 0.1f, 0.005f};
    float[] widened = new float[bytes.length];
    int[] numbers = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      numbers[i] = bytes[i];
      widened[i] = bytes[i] * scale[i / IN];
    }
    TensorScope.run(
        () ->
            SafetensorsWriter.write(
                folder.resolve("model.safetensors"),
                Map.of(
                    "attn.to_q.weight",
                    Tensors.of(numbers, OUT, IN).to(DType.INT8),
                    "attn.to_q.weight_scale",
                    Tensors.of(scale, OUT),
                    "attn.to_q.bias",
                    Tensors.of(BIAS, OUT)),
                Map.of()));
    try (Linear layer =
            Weights.open(
                folder,
                "model",
                DType.FLOAT32,
                Device.CPU,
                Storage.AS_STORED,
                w -> Linear.load(w.at("attn.to_q"), IN, OUT));
        LowRankAdapters adapters = perOutput().load()) {
      assertThat(layer.weight().value().dtype()).isEqualTo(DType.INT8);
      adapters.attach(layer);
      assertSameAs(merged(widened, FACTOR, PER_OUTPUT, true), layer, 1e-4);
    }
  }

  @Test
  void aWeightWithoutDirectionIsRefusedBeforeAnythingIsAttached() {
    float[] opposite = new float[OUT * IN];
    for (int i = 0; i < opposite.length; i++) {
      opposite[i] = i < IN ? 0 : 1;
    }
    LoraFile file =
        new LoraFile(folder.resolve("style.safetensors"))
            .with("attn.to_q.lora_A.weight", DOWN, RANK, IN)
            .with("attn.to_q.lora_B.weight", new float[OUT * RANK], OUT, RANK)
            .with("attn.to_q.lora_magnitude_vector", PER_OUTPUT, OUT);
    try (Linear layer = linear(DType.FLOAT32, opposite);
        LowRankAdapters adapters = file.load()) {
      assertThatThrownBy(() -> adapters.attach(layer))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("is 0, so it has no direction");
      assertSameAs(opposite, layer, 1e-6);
    }
  }

  @Test
  void magnitudesAreSavedAndReadAgain() {
    Path copy = folder.resolve("copy.safetensors");
    try (LowRankAdapters adapters = perOutput().load()) {
      adapters.save(copy);
    }
    try (Linear layer = linear(DType.FLOAT32, WEIGHT);
        LowRankAdapters adapters = LowRankAdapters.load(copy, Device.CPU, LoraFile.NAMES)) {
      adapters.attach(layer);
      assertSameAs(merged(WEIGHT, FACTOR, PER_OUTPUT, true), layer, 1e-5);
    }
  }

  @Test
  void magnitudesPerInputCannotBeSaved() {
    Path copy = folder.resolve("copy.safetensors");
    try (LowRankAdapters adapters = file().with("attn.to_q.dora_scale", PER_INPUT, 1, IN).load()) {
      assertThatThrownBy(() -> adapters.save(copy)).isInstanceOf(IllegalStateException.class);
      assertThat(copy).doesNotExist();
    }
  }

  private static void assertRefused(LoraFile file, String part) {
    assertThatThrownBy(() -> file.load().close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(part);
  }

  @Test
  void magnitudesOfOtherShapesAreRefused() {
    assertRefused(
        file().ones("attn.to_q.lora_magnitude_vector", 3),
        "lora_magnitude_vector has shape [3], expected a number for each of the 4 outputs");
    assertRefused(file().ones("attn.to_q.dora_scale", 4), "expected a number for each");
    assertRefused(perOutput().ones("attn.to_q.dora_scale", 4, 1), "attn.to_q is given twice");
    assertRefused(
        file().with("attn.to_q.dora_scale", new float[] {1, 2, Float.NaN, 1}, 4, 1),
        "dora_scale contains numbers that are not finite");
  }

  @Test
  void magnitudesOfAFusedUpdateAreSplitByOutputsOnly() {
    LoraFile fused =
        new LoraFile(folder.resolve("style.safetensors"))
            .ones("block.qkv.lora_down.weight", 2, 3)
            .ones("block.qkv.lora_up.weight", 12, 2);
    float[] all = PlainLoops.random(8, 12);
    try (LowRankAdapters adapters = fused.with("block.qkv.dora_scale", all, 12, 1).load();
        Linear layer = linear(DType.FLOAT32, WEIGHT)) {
      assertThat(layer.weight().name()).isEqualTo("attn.to_q.weight");
      assertThat(adapters.parameters())
          .filteredOn(each -> each.name().endsWith("to_k.lora_magnitude_vector"))
          .singleElement()
          .satisfies(
              each ->
                  assertThat(each.value().toFloats())
                      .containsExactly(all[4], all[5], all[6], all[7]));
    }
    assertRefused(fused.ones("block.qkv.dora_scale", 1, 3), "cannot be split");
  }
}
