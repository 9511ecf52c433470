package dev.sana4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParallelPartsTest {
  private static List<List<Tensor>> run(List<Supplier<List<Tensor>>> parts) {
    return ParallelParts.run(parts);
  }

  private static Tensor number(double value) {
    return Tensors.full(value, DType.FLOAT32, Device.CPU);
  }

  @Test
  void resultsComeInTheOrderOfThePartsAndBelongToTheCallersScope() {
    long before = LiveTensors.count();
    List<Double> values =
        TensorScope.<List<Double>>compute(
            () ->
                run(
                        IntStream.range(0, 5)
                            .<Supplier<List<Tensor>>>mapToObj(
                                i -> () -> List.of(number(i).add(1), number(10.0 * i)))
                            .toList())
                    .stream()
                    .map(made -> made.get(0).item() + made.get(1).item())
                    .toList());
    assertThat(values).containsExactly(1.0, 12.0, 23.0, 34.0, 45.0);
    assertThat(LiveTensors.count()).isEqualTo(before);
  }

  @Test
  void partsRunAtTheSameTime() {
    CountDownLatch both = new CountDownLatch(2);
    Supplier<List<Tensor>> meeting =
        () -> {
          both.countDown();
          try {
            assertThat(both.await(30, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return List.of();
        };
    assertThat(run(List.of(meeting, meeting))).containsExactly(List.of(), List.of());
  }

  @Test
  void aPartThatFailsFreesWhatTheOthersMade() {
    long before = LiveTensors.count();
    assertThatThrownBy(
            () ->
                run(
                    List.of(
                        () -> List.of(number(1)),
                        () -> {
                          throw new TensorException("part failed");
                        },
                        () -> List.of(number(2)))))
        .isInstanceOf(TensorException.class)
        .hasMessage("part failed");
    assertThat(LiveTensors.count()).isEqualTo(before);
  }

  @Test
  void gradientsOfSharedLeavesAreThoseOfEachPart() {
    List<Double> gradients =
        TensorScope.<List<Double>>compute(
            () -> {
              Tensor leaf = Autograd.leaf(Tensors.of(new float[] {3}, 1));
              return run(
                      IntStream.range(1, 4)
                          .<Supplier<List<Tensor>>>mapToObj(
                              i -> () -> Autograd.gradients(leaf.pow(i).sum(), List.of(leaf)))
                          .toList())
                  .stream()
                  .map(made -> made.get(0).item())
                  .toList();
            });
    assertThat(gradients).containsExactly(1.0, 6.0, 27.0);
  }

  @Test
  void theCallersThreadsAreAsManyAsBefore() {
    int before = Libtorch.threads();
    List<List<Tensor>> inside =
        run(List.of(() -> List.of(number(Libtorch.threads())), () -> List.of()));
    assertThat(inside.get(0).get(0).item()).isEqualTo(Math.max(1, before / 2));
    inside.get(0).get(0).close();
    assertThat(Libtorch.threads()).isEqualTo(before);
  }
}
