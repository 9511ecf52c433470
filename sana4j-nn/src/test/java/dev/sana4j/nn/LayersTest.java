package dev.sana4j.nn;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.GivenWeights;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.WeightSource;
import dev.sana4j.weights.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares each layer with the same mathematics written out. */
class LayersTest {
  private static final float[] NO_BIAS = new float[0];

  private static <L extends Layer<Tensor>> L load(WeightSource source, Function<Weights, L> layer) {
    return Weights.load(source, DType.FLOAT32, Device.CPU, layer);
  }

  /** Applies the layer and compares, within the rounding of float32 sums. */
  private static void assertApplied(
      Layer<Tensor> layer, float[] input, long[] shape, float[] expected, long[] expectedShape) {
    TensorScope.compute(
        () -> {
          assertThat(layer.apply(Tensors.of(input, shape)))
              .hasShape(expectedShape)
              .isCloseTo(expected, 2e-5);
          return null;
        });
  }

  @Test
  void linearMultipliesRowsByTheWeightAndAddsTheBias() {
    GivenWeights source =
        new GivenWeights()
            .with("weight", new float[] {1, 2, 3, 0, -1, 1}, 2, 3)
            .with("bias", new float[] {10, 20}, 2);
    try (Linear layer = load(source, weights -> Linear.load(weights, 3, 2))) {
      assertApplied(
          layer,
          new float[] {1, 1, 1, 0, 2, -1},
          new long[] {1, 2, 3},
          new float[] {16, 20, 11, 17},
          new long[] {1, 2, 2});
    }
  }

  @Test
  void linearWithoutBiasOnlyMultiplies() {
    GivenWeights source = new GivenWeights().with("weight", new float[] {1, 2, 3}, 1, 3);
    try (Linear layer = load(source, weights -> Linear.load(weights, 3, 1, false))) {
      assertApplied(layer, new float[] {1, 1, 1}, new long[] {3}, new float[] {6}, new long[] {1});
    }
  }

  static List<Geometry> geometries() {
    return List.of(
        Geometry.same(3, 4, 3),
        Geometry.same(3, 2, 5),
        Geometry.same(2, 3, 1),
        Geometry.same(4, 4, 3).withoutBias(),
        Geometry.same(2, 4, 3).withStride(2),
        Geometry.same(2, 4, 2).withStride(2).withPadding(0),
        Geometry.same(6, 4, 3).withGroups(2),
        Geometry.depthwise(4, 3),
        Geometry.depthwise(3, 5).withoutBias());
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void convolutionIsTheSumOverItsWindow(Geometry geometry) {
    int height = 4;
    int width = 6;
    int kernel = geometry.kernel();
    int perGroup = geometry.in() / geometry.groups();
    float[] input = PlainLoops.random(1, geometry.in() * height * width);
    float[] weight = PlainLoops.random(2, geometry.out() * perGroup * kernel * kernel);
    float[] bias = geometry.hasBias() ? PlainLoops.random(3, geometry.out()) : NO_BIAS;
    GivenWeights source =
        new GivenWeights().with("weight", weight, geometry.out(), perGroup, kernel, kernel);
    if (geometry.hasBias()) {
      source.with("bias", bias, geometry.out());
    }
    try (Conv2d layer = load(source, weights -> Conv2d.load(weights, geometry))) {
      assertApplied(
          layer,
          input,
          new long[] {1, geometry.in(), height, width},
          PlainLoops.conv2d(
              input, height, width, geometry, weight, geometry.hasBias() ? bias : null),
          new long[] {
            1,
            geometry.out(),
            PlainLoops.outputSide(height, geometry),
            PlainLoops.outputSide(width, geometry)
          });
    }
  }

  @Test
  void rmsNormDividesByTheRootOfTheMeanOfSquares() {
    float[] input = {3, 4, 0, 0};
    GivenWeights source = new GivenWeights().with("weight", new float[] {2, 1, 1, 1}, 4);
    try (RmsNorm layer = load(source, weights -> RmsNorm.load(weights, 4, 0))) {
      assertApplied(layer, input, new long[] {4}, new float[] {2.4f, 1.6f, 0, 0}, new long[] {4});
    }
  }

  @Test
  void rmsNormWithBiasScalesAndShiftsEveryRow() {
    float[] input = PlainLoops.random(1, 10);
    float[] weight = PlainLoops.random(2, 5);
    float[] bias = PlainLoops.random(3, 5);
    GivenWeights source = new GivenWeights().with("weight", weight, 5).with("bias", bias, 5);
    try (RmsNorm layer = load(source, weights -> RmsNorm.loadWithBias(weights, 5, 0.5))) {
      assertApplied(
          layer,
          input,
          new long[] {2, 5},
          PlainLoops.rmsNorm(input, 5, weight, bias, 0.5),
          new long[] {2, 5});
    }
  }

  @Test
  void rmsNormOfZerosIsZeros() {
    GivenWeights source = new GivenWeights().with("weight", new float[] {1, 1}, 2);
    try (RmsNorm layer = load(source, weights -> RmsNorm.load(weights, 2, 1e-6))) {
      assertApplied(layer, new float[2], new long[] {2}, new float[2], new long[] {2});
    }
  }

  @Test
  void rmsNormTakesTheMeanInFloat32WhateverTheInput() {
    GivenWeights source = new GivenWeights().with("weight", new float[] {1, 2}, 2);
    try (RmsNorm layer =
        Weights.load(source, DType.FLOAT16, Device.CPU, w -> RmsNorm.load(w, 2, 1e-6))) {
      TensorScope.compute(
          () -> {
            Tensor large = Tensors.full(60_000, DType.FLOAT16, Device.CPU, 2); // squares overflow
            Tensor normalized = layer.apply(large);
            assertThat(normalized.dtype()).isEqualTo(DType.FLOAT16);
            assertThat(normalized).isCloseTo(new float[] {1, 2}, 1e-3);
            return null;
          });
    }
  }

  @Test
  void channelNormNormalizesTheChannelsOfEachPixel() {
    float[] pixels = PlainLoops.random(1, 2 * 3 * 4); // (H, W, C)
    float[] weight = PlainLoops.random(2, 4);
    float[] bias = PlainLoops.random(3, 4);
    GivenWeights source = new GivenWeights().with("weight", weight, 4).with("bias", bias, 4);
    try (ChannelNorm layer = load(source, weights -> new ChannelNorm(weights, 4, 1e-5))) {
      assertApplied(
          layer,
          channelsFirst(pixels, 6, 4),
          new long[] {1, 4, 2, 3},
          channelsFirst(PlainLoops.rmsNorm(pixels, 4, weight, bias, 1e-5), 6, 4),
          new long[] {1, 4, 2, 3});
    }
  }

  private static float[] channelsFirst(float[] pixels, int count, int channels) {
    float[] result = new float[pixels.length];
    for (int pixel = 0; pixel < count; pixel++) {
      for (int c = 0; c < channels; c++) {
        result[c * count + pixel] = pixels[pixel * channels + c];
      }
    }
    return result;
  }

  @Test
  void embeddingLooksRowsUp() {
    GivenWeights source =
        new GivenWeights().with("weight", new float[] {0, 1, 10, 11, 20, 21}, 3, 2);
    try (Embedding layer = load(source, weights -> Embedding.load(weights, 3, 2))) {
      TensorScope.compute(
          () -> {
            assertThat(layer.apply(Tensors.of(new int[] {2, 0, 2}, 1, 3)))
                .hasShape(1, 3, 2)
                .isCloseTo(new float[] {20, 21, 0, 1, 20, 21}, 0);
            return null;
          });
    }
  }

  @Test
  void gluMbConvGatesTheFirstHalfOfItsChannelsWithTheSecond() {
    int hidden = 3;
    Geometry up = Geometry.same(2, 2 * hidden, 1);
    Geometry depthwise = Geometry.depthwise(2 * hidden, 3);
    Geometry down = Geometry.same(hidden, 2, 1).withoutBias();
    float[] input = PlainLoops.random(1, 2 * 3 * 4);
    float[] upWeight = PlainLoops.random(2, 12);
    float[] upBias = PlainLoops.random(3, 6);
    float[] depthWeight = PlainLoops.random(4, 54);
    float[] depthBias = PlainLoops.random(5, 6);
    float[] downWeight = PlainLoops.random(6, 6);

    float[] expanded =
        PlainLoops.conv2d(
            PlainLoops.silu(PlainLoops.conv2d(input, 3, 4, up, upWeight, upBias)),
            3,
            4,
            depthwise,
            depthWeight,
            depthBias);
    float[] gated = Arrays.copyOf(expanded, hidden * 12);
    float[] gate = PlainLoops.silu(Arrays.copyOfRange(expanded, hidden * 12, 2 * hidden * 12));
    for (int i = 0; i < gated.length; i++) {
      gated[i] *= gate[i];
    }

    GivenWeights source =
        new GivenWeights()
            .with("conv_inverted.weight", upWeight, 6, 2, 1, 1)
            .with("conv_inverted.bias", upBias, 6)
            .with("conv_depth.weight", depthWeight, 6, 1, 3, 3)
            .with("conv_depth.bias", depthBias, 6)
            .with("conv_point.weight", downWeight, 2, 3, 1, 1);
    try (GluMbConv layer = load(source, weights -> new GluMbConv(weights, 2, hidden))) {
      assertApplied(
          layer,
          input,
          new long[] {1, 2, 3, 4},
          PlainLoops.conv2d(gated, 3, 4, down, downWeight, null),
          new long[] {1, 2, 3, 4});
    }
  }

  @Test
  void aLayerLoadedInHalfPrecisionAnswersInIt() {
    GivenWeights source = new GivenWeights().with("weight", new float[] {1, 2}, 1, 2);
    try (Linear layer =
        Weights.load(
            source, DType.BFLOAT16, Device.CPU, weights -> Linear.load(weights, 2, 1, false))) {
      TensorScope.compute(
          () -> {
            Tensor input = Tensors.of(new float[] {1, 1}, 1, 2).to(layer.dtype());
            assertThat(layer.apply(input).dtype()).isEqualTo(DType.BFLOAT16);
            return null;
          });
    }
  }

  @Test
  void aPreparedUpsamplingConvolutionGivesWhatItGaveBefore() {
    try (RandomWeights random = new RandomWeights(4);
        UpsamplingConv2d layer = load(random, weights -> new UpsamplingConv2d(weights, 3, 5));
        Generator noise = new Generator(2)) {
      TensorScope.compute(
          () -> {
            Tensor input = noise.normal(2, 3, 4, 5);
            Tensor expected = layer.apply(input);
            layer.prepare();
            layer.prepare(); // has no further effect
            assertThat(layer.apply(input)).hasShape(2, 5, 8, 10).isCloseTo(expected, 1e-5);
            return null;
          });
    }
  }

  private static void assertNear(Tensor actual, Tensor expected, double largest) {
    assertThat(actual.to(DType.FLOAT32)).isCloseTo(expected, largest);
  }

  @Test
  void fewRowsTimesALargeWeightAreWhatTheyAreInFloat32() {
    long side = 1024; // large enough for the transposed product
    try (RandomWeights random = new RandomWeights(1);
        RandomWeights same = new RandomWeights(1);
        Linear exact =
            Weights.load(
                random, DType.FLOAT32, Device.CPU, weights -> Linear.load(weights, 1024, 1024));
        Linear rounded =
            Weights.load(
                same, DType.BFLOAT16, Device.CPU, weights -> Linear.load(weights, 1024, 1024));
        Generator generator = new Generator(2)) {
      TensorScope.compute(
          () -> {
            Tensor input = generator.normal(1, 3, side);
            assertNear(rounded.apply(input.to(DType.BFLOAT16)), exact.apply(input), 0.2);
            return null;
          });
    }
  }

  @Test
  void aNormInBfloat16IsThatOfFloat32AloneAndAddedToSomething() {
    GivenWeights source =
        new GivenWeights()
            .with("weight", new float[] {1, 2, -1, 0.5f}, 4)
            .with("bias", new float[] {0.1f, 0, -0.3f, 1}, 4);
    try (ChannelNorm exact = load(source, weights -> new ChannelNorm(weights, 4, 1e-5));
        ChannelNorm rounded =
            Weights.load(
                source, DType.BFLOAT16, Device.CPU, weights -> new ChannelNorm(weights, 4, 1e-5));
        Generator generator = new Generator(2)) {
      TensorScope.compute(
          () -> {
            Tensor input = generator.normal(2, 4, 3, 5);
            Tensor base = generator.normal(2, 4, 3, 5);
            Tensor expected = exact.apply(input);
            assertNear(rounded.apply(input.to(DType.BFLOAT16)), expected, 0.05);
            assertNear(
                rounded.addTo(base.to(DType.BFLOAT16), input.to(DType.BFLOAT16)),
                expected.add(base),
                0.05);
            assertNear(exact.addTo(base, input), expected.add(base), 1e-6);
            return null;
          });
    }
  }
}
