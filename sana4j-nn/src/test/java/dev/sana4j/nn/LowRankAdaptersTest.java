package dev.sana4j.nn;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import org.junit.jupiter.api.Test;

class LowRankAdaptersTest extends LowRankNetwork {
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
    Linear first = (Linear) network.affineMaps().values().iterator().next();
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
}
