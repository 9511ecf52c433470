package dev.sana4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TensorScopeTest {
  private static Tensor one() {
    return Tensors.full(1, DType.FLOAT32, Device.CPU, 1);
  }

  @Test
  void theResultSurvivesAndTheRestIsFreed() {
    long before = LiveTensors.count();
    Tensor result = TensorScope.tidy(() -> one().add(one()).mul(3));
    assertThat(LiveTensors.count()).isEqualTo(before + 1);
    assertThat(result.item()).isEqualTo(6);
    result.close();
  }

  @Test
  void anArgumentHandedThroughKeepsItsOwner() {
    try (Tensor argument = one()) {
      Tensor result = TensorScope.tidy(() -> argument);
      assertThat(result).isSameAs(argument);
      assertThat(argument.item()).isEqualTo(1);
    }
  }

  @Test
  void nestedResultsBelongToTheOuterScope() {
    long before = LiveTensors.count();
    TensorScope.run(
        () -> {
          List<Tensor> inner = TensorScope.tidyAll(() -> List.of(one(), one().add(1)));
          assertThat(inner.get(1).item()).isEqualTo(2);
          assertThat(LiveTensors.count()).isEqualTo(before + 2);
        });
    assertThat(LiveTensors.count()).isEqualTo(before);
  }

  @Test
  void aRecordComesOutWithItsTensorsAndTheRestIsFreed() {
    long before = LiveTensors.count();
    TensorScope.run(
        () -> {
          ForwardMode.Derivative pair =
              TensorScope.tidy(() -> new ForwardMode.Derivative(one().add(1), one().add(2)));
          assertThat(pair.value().item()).isEqualTo(2);
          assertThat(pair.tangent().item()).isEqualTo(3);
          assertThat(LiveTensors.count()).isEqualTo(before + 2);
        });
    assertThat(LiveTensors.count()).isEqualTo(before);
  }

  @Test
  void aKeptTensorLeavesItsScope() {
    Tensor[] kept = new Tensor[1];
    TensorScope.run(
        () -> {
          kept[0] = one().keep();
        });
    assertThat(kept[0].item()).isEqualTo(1);
    kept[0].close();
  }

  @Test
  void aBodyThatThrowsFreesWhatItMade() {
    long before = LiveTensors.count();
    assertThatThrownBy(
            () ->
                TensorScope.tidy(
                    () -> {
                      Tensor left = one().add(1);
                      throw new IllegalArgumentException("after " + left);
                    }))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(LiveTensors.count()).isEqualTo(before);
  }

  @Test
  void liveTensorsRememberWhereTheyWereMade() {
    try (Tensor tensor = one()) {
      assertThat(tensor.item()).isEqualTo(1);
      assertThat(LiveTensors.births())
          .anySatisfy(
              birth ->
                  assertThat(birth.getStackTrace())
                      .anyMatch(frame -> frame.getClassName().equals(getClass().getName())));
    }
  }
}
