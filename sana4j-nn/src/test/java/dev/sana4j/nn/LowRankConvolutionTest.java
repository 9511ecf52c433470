package dev.sana4j.nn;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapters of 1x1 convolutions. */
class LowRankConvolutionTest {
  @TempDir private Path folder;

  private static <T> T random(Function<Weights, T> network) {
    try (RandomWeights weights = new RandomWeights(1)) {
      return Weights.load(weights, DType.FLOAT32, Device.CPU, network);
    }
  }

  private static GluMbConv feedForward() {
    return random(weights -> new GluMbConv(weights.at("ff"), 3, 3));
  }

  private static float[] output(Layer<Tensor> layer) {
    return TensorScope.compute(
        () -> layer.apply(Tensors.of(PlainLoops.random(2, 24), 1, 3, 2, 4)).toFloats());
  }

  private LoraFile style() {
    return new LoraFile(folder.resolve("style.safetensors"))
        .with("ff.conv_inverted.lora_A.weight", PlainLoops.random(3, 6), 2, 3, 1, 1)
        .with("ff.conv_inverted.lora_B.weight", PlainLoops.random(4, 12), 6, 2, 1, 1);
  }

  @Test
  void onlyConvolutionsOf1x1AreAffineMaps() {
    try (GluMbConv network = feedForward()) {
      assertThat(network.affineMaps().keySet())
          .containsExactly("ff.conv_inverted", "ff.conv_point");
    }
    try (Conv2d depthwise =
        random(weights -> Conv2d.load(weights.at("conv"), Geometry.depthwise(3, 3)))) {
      assertThatThrownBy(() -> depthwise.attach((in, out) -> out))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void liveAndMergedAdaptersOfTheFeedForwardGiveTheSame() {
    try (GluMbConv network = feedForward();
        LowRankAdapters adapters = style().load()) {
      float[] before = output(network);
      adapters.attach(network);
      float[] live = output(network);
      assertThat(live).isNotEqualTo(before);
      adapters.detach();
      assertThat(output(network)).containsExactly(before);
      adapters.merge(network, 1);
      assertClose(output(network), live);
    }
  }

  @Test
  void magnitudesOfConvolutionsAreThoseOfTheirRows() {
    LoraFile[] shapes = {
      style().with("ff.conv_inverted.lora_magnitude_vector", PlainLoops.random(5, 6), 1, 6, 1, 1),
      style().with("ff.conv_inverted.dora_scale", PlainLoops.random(5, 6), 6, 1, 1, 1),
      style().with("ff.conv_inverted.dora_scale", PlainLoops.random(5, 3), 1, 3, 1, 1),
    };
    for (LoraFile file : shapes) {
      try (GluMbConv network = feedForward();
          LowRankAdapters adapters = file.load()) {
        adapters.attach(network);
        float[] live = output(network);
        adapters.detach();
        adapters.merge(network, 1);
        assertClose(output(network), live);
      }
    }
  }

  @Test
  void aConvolutionWithChannelsFirstIsAdaptedToo() {
    try (Conv2d network =
            random(weights -> Conv2d.load(weights.at("ff.conv_inverted"), Geometry.same(3, 6, 1)));
        LowRankAdapters adapters = style().load()) {
      adapters.attach(network);
      float[] live = output(network);
      adapters.detach();
      adapters.merge(network, 1);
      assertClose(output(network), live);
    }
  }

  @Test
  void newAdaptersOfConvolutionsAreSavedAsKernels() {
    Path file = folder.resolve("new.safetensors");
    try (GluMbConv network = feedForward();
        LowRankAdapters adapters =
            LowRankAdapters.create(
                network, List.of("conv_inverted"), new LowRank.Settings(2, 4, 0), 1)) {
      adapters.save(file);
    }
    try (Checkpoint checkpoint = Checkpoint.open(file);
        Tensor down = checkpoint.tensor("transformer.ff.conv_inverted.lora_A.weight");
        Tensor up = checkpoint.tensor("transformer.ff.conv_inverted.lora_B.weight")) {
      assertThat(down).hasShape(2, 3, 1, 1);
      assertThat(up).hasShape(6, 2, 1, 1);
    }
    try (LowRankAdapters loaded = LowRankAdapters.load(file, Device.CPU, LoraFile.NAMES)) {
      assertThat(loaded.updates()).containsOnlyKeys("ff.conv_inverted");
    }
  }

  @Test
  void depthwiseConvolutionsAreNoTargets() {
    try (GluMbConv network = feedForward()) {
      assertThatThrownBy(
              () ->
                  LowRankAdapters.create(
                      network, List.of("conv_depth"), new LowRank.Settings(2, 4, 0), 1))
          .isInstanceOf(CheckpointException.class)
          .hasMessageEndingWith("possible targets: conv_inverted, conv_point");
    }
  }

  private static void assertClose(float[] actual, float[] expected) {
    try (Tensor output = Tensors.of(actual, actual.length)) {
      assertThat(output).isCloseTo(expected, 1e-4);
    }
  }
}
