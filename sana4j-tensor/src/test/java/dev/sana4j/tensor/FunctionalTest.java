package dev.sana4j.tensor;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FunctionalTest {
  private static Tensor random(long seed, long... shape) {
    try (Generator generator = new Generator(seed)) {
      return generator.normal(shape);
    }
  }

  @Test
  void pixelShuffleUndoesPixelUnshuffle() {
    TensorScope.run(
        () -> {
          Tensor image = random(1, 2, 3, 4, 6);
          Tensor channels = Functional.pixelUnshuffle(image, 2);
          assertThat(channels).hasShape(2, 12, 2, 3);
          assertThat(Functional.pixelShuffle(channels, 2)).isCloseTo(image, 0);
        });
  }

  @Test
  void attentionIsSoftmaxOfScaledScoresTimesValues() {
    TensorScope.run(
        () -> {
          Tensor query = random(1, 2, 3, 4, 8);
          Tensor key = random(2, 2, 3, 5, 8);
          Tensor value = random(3, 2, 3, 5, 8);
          Tensor bias = random(4, 2, 1, 1, 5);
          Tensor scores = query.matmul(key.transpose(2, 3)).div(Math.sqrt(8)).add(bias);
          assertThat(Functional.attention(query, key, value, bias))
              .isCloseTo(Functional.softmax(scores, -1).matmul(value), 1e-5);
        });
  }

  @Test
  void layerNormGivesMeanZeroAndVarianceOne() {
    TensorScope.run(
        () -> {
          Tensor normalized = Functional.layerNorm(random(1, 3, 64).mul(7).add(5), 1e-6);
          Tensor means = normalized.mean(1, false);
          Tensor variances = normalized.pow(2).mean(1, false);
          assertThat(means).isCloseTo(new float[3], 1e-5);
          assertThat(variances).isCloseTo(new float[] {1, 1, 1}, 1e-4);
        });
  }

  @Test
  void upsampleNearestRepeatsEveryPixel() {
    TensorScope.run(
        () -> {
          Tensor image = Tensors.of(new float[] {1, 2, 3, 4}, 1, 1, 2, 2);
          assertThat(Functional.upsampleNearest(image, 2))
              .hasShape(1, 1, 4, 4)
              .isCloseTo(new float[] {1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4}, 0);
        });
  }

  @Test
  void padTakesTheLastDimensionFirst() {
    TensorScope.run(
        () -> {
          Tensor image = Tensors.of(new float[] {1, 2, 3, 4}, 2, 2);
          assertThat(Functional.pad(image, 9, 1, 0, 0, 1))
              .hasShape(3, 3)
              .isCloseTo(new float[] {9, 1, 2, 9, 3, 4, 9, 9, 9}, 0);
        });
  }

  @Test
  void aGeneratorRepeatsItsSequenceForASeed() {
    TensorScope.run(
        () ->
            assertThat(random(7, 100))
                .isCloseTo(random(7, 100), 0)
                .differsFrom(random(8, 100), 0.1));
  }

  @Test
  void aCopySurvivesItsOriginalAndAnAliasSharesItsMemory() {
    Tensor tensor = Tensors.of(new float[] {1, 2}, 2);
    try (Tensor copy = tensor.copy();
        Tensor alias = tensor.alias()) {
      tensor.close();
      assertThat(copy.toFloats()).containsExactly(1, 2);
      assertThat(alias.toFloats()).containsExactly(1, 2);
    }
  }

  @Test
  void crossEntropyIsTheSumOverClassesThatCount() {
    TensorScope.run(
        () -> {
          Tensor logits = Tensors.of(new float[] {0, 0, 0, (float) Math.log(3), 5, 7}, 3, 2);
          Tensor classes = Tensors.of(new long[] {0, 1, -1}, 3);
          assertThat(Functional.crossEntropy(logits, classes))
              .isCloseTo(new float[] {(float) (Math.log(2) + Math.log(4.0 / 3))}, 1e-6);
          Tensor none = Tensors.of(new long[] {-1, -1, -1}, 3);
          assertThat(Functional.crossEntropy(logits, none)).isCloseTo(new float[] {0}, 0);
        });
  }

  @Test
  void batchNormGoesByTheBatchAndThenByWhatItKept() {
    TensorScope.run(
        () -> {
          var kept =
              new Functional.BatchStatistics(
                  Tensors.of(new float[] {2}, 1),
                  Tensors.of(new float[] {1}, 1),
                  Tensors.of(new float[] {0}, 1),
                  Tensors.of(new float[] {1}, 1));
          Tensor input = Tensors.of(new float[] {1, 3, 1, 3}, 2, 1, 1, 2);
          assertThat(Functional.batchNorm(input, kept, true, 0))
              .isCloseTo(new float[] {-1, 3, -1, 3}, 1e-6);
          assertThat(kept.mean()).isCloseTo(new float[] {0.2f}, 1e-6);
          float variance = 0.9f + 0.1f * 4 / 3; // the variance of the batch is unbiased
          assertThat(kept.variance()).isCloseTo(new float[] {variance}, 1e-6);
          float low = (float) (2 * 0.8 / Math.sqrt(variance) + 1);
          float high = (float) (2 * 2.8 / Math.sqrt(variance) + 1);
          assertThat(Functional.batchNorm(input, kept, false, 0))
              .isCloseTo(new float[] {low, high, low, high}, 1e-6);
        });
  }

  @Test
  void aSpectrumPutsItsMatrixTogetherAgain() {
    TensorScope.run(
        () -> {
          Tensor half = random(5, 6, 6).to(DType.FLOAT64);
          Tensor matrix = half.add(half.transpose(0, 1));
          Spectrum spectrum = Spectrum.of(matrix);
          Tensor vectors = spectrum.vectors();
          assertThat(vectors.mul(spectrum.values()).matmul(vectors.transpose(0, 1)))
              .isCloseTo(matrix, 1e-5);
          assertThat(Spectrum.values(matrix)).isCloseTo(spectrum.values(), 1e-5);
        });
  }
}
