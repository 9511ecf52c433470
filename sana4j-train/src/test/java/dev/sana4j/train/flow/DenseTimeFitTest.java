package dev.sana4j.train.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import org.junit.jupiter.api.Test;

class DenseTimeFitTest {
  private static final int WIDTH = 48;
  private static final int WAVES = 256;

  /** Returns an embedding that uses only the slow waves, so that it is smooth. */
  private static DenseTimeFit.Embedding smooth(Generator generator) {
    Tensor first = Tensors.zeros(DType.FLOAT32, Device.CPU, WIDTH, WAVES);
    int slow = 30; // the last waves of each half: less than a period over all times
    first.narrow(1, WAVES / 2 - slow, slow).copy_(generator.normal(WIDTH, slow));
    first.narrow(1, WAVES - slow, slow).copy_(generator.normal(WIDTH, slow));
    return new DenseTimeFit.Embedding(
        first,
        generator.normal(WIDTH),
        generator.normal(WIDTH, WIDTH).mul(0.2),
        generator.normal(WIDTH));
  }

  private static double norm(Tensor tensor) {
    return tensor.norm().item();
  }

  @Test
  void aSmoothEmbeddingIsKept() {
    double error =
        TensorScope.<Double>compute(
            () -> {
              try (Generator generator = new Generator(1)) {
                DenseTimeFit.Embedding old = smooth(generator);
                DenseTimeFit.Embedding dense = DenseTimeFit.fit(old);
                Tensor times = generator.uniform(500);
                Tensor wanted = old.apply(times.mul(1000));
                return norm(dense.apply(times).sub(wanted)) / norm(wanted);
              }
            });
    assertThat(error).isLessThan(0.02);
  }

  @Test
  void theNewEmbeddingMovesNoMoreThanAFewTimesTheOldOneWhenItsWeightsMove() {
    double ratio =
        TensorScope.<Double>compute(
            () -> {
              try (Generator generator = new Generator(2)) {
                DenseTimeFit.Embedding old = smooth(generator);
                DenseTimeFit.Embedding dense = DenseTimeFit.fit(old);
                Tensor times = generator.uniform(500);
                Tensor step = generator.normal(WIDTH, WIDTH).mul(1e-3);
                return norm(moved(dense, step).apply(times).sub(dense.apply(times)))
                    / norm(moved(old, step).apply(times.mul(1000)).sub(old.apply(times.mul(1000))));
              }
            });
    assertThat(ratio).isLessThan(10);
  }

  private static DenseTimeFit.Embedding moved(DenseTimeFit.Embedding embedding, Tensor step) {
    return new DenseTimeFit.Embedding(
        embedding.firstWeight(),
        embedding.firstBias(),
        embedding.secondWeight().add(step),
        embedding.secondBias());
  }
}
