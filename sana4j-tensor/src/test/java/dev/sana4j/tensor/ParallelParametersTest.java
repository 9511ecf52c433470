package dev.sana4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelParametersTest {
  private final int threadsBefore = Libtorch.threads();
  private final long liveBefore = LiveTensors.count();

  @BeforeEach
  void severalThreads() {
    Libtorch.threads(2);
  }

  @AfterEach
  void nothingIsLeft() {
    Libtorch.threads(threadsBefore);
    assertThat(LiveTensors.count()).isEqualTo(liveBefore);
  }

  private static Tensor number(double value) {
    return Tensors.full(value, DType.FLOAT32, Device.CPU);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7})
  void resultsComeInTheOrderOfTheThings(int count) {
    List<Integer> things = IntStream.range(0, count).boxed().toList();
    List<Double> made =
        TensorScope.<List<Double>>compute(
            () ->
                ParallelParameters.map(things, i -> i % 3, i -> number(i).add(1)).stream()
                    .map(Tensor::item)
                    .toList());
    assertThat(made).isEqualTo(things.stream().map(i -> i + 1.0).toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void everyThingIsChangedOnce(int threads) {
    Libtorch.threads(threads);
    TensorScope.run(
        () -> {
          List<Tensor> tensors = IntStream.range(0, 5).mapToObj(i -> number(i)).toList();
          ParallelParameters.each(tensors, Tensor::elements, tensor -> tensor.add_(number(100), 1));
          assertThat(tensors)
              .extracting(Tensor::item)
              .containsExactly(100., 101., 102., 103., 104.);
        });
  }

  @Test
  void oneLargeThingCountsAsMuchAsManySmall() {
    var both = new CyclicBarrier(2);
    var threads = new ConcurrentHashMap<Integer, Thread>();
    ParallelParameters.each(
        List.of(0, 1, 2, 3, 4),
        i -> i == 2 ? 10 : 1,
        i -> {
          if (i == 0 || i == 2) {
            meet(both);
          }
          threads.put(i, Thread.currentThread());
        });
    assertThat(List.of(threads.get(0), threads.get(1), threads.get(3), threads.get(4)))
        .containsOnly(threads.get(0))
        .doesNotContain(threads.get(2));
  }

  private static void meet(CyclicBarrier both) {
    try {
      both.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aFailureIsThrownAndWhatOthersMadeIsFreed(int threads) {
    Libtorch.threads(threads);
    assertThatThrownBy(
            () ->
                ParallelParameters.map(
                    List.of(1, 2, 3),
                    i -> i,
                    i -> {
                      if (i == 2) {
                        throw new TensorException("no " + i);
                      }
                      return number(i);
                    }))
        .isInstanceOf(TensorException.class)
        .hasMessage("no 2");
  }
}
