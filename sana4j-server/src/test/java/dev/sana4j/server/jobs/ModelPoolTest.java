package dev.sana4j.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.pipeline.model.DeviceMemoryException;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.TensorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelPoolTest {
  private final FakeModel first = new FakeModel("first", 3);
  private final FakeModel second = new FakeModel("second", 2);
  private final FakeModel third = new FakeModel("third", 2);
  private final List<FakeModel> later = new ArrayList<>();
  private final List<Long> freed = new ArrayList<>();

  private ModelPool pool(long budget, FakeModel... models) {
    return new ModelPool(
        List.of(models),
        budget,
        (known, bytes) -> {
          freed.add(bytes);
          return later.stream().filter(model -> !known.contains(model.card().id())).toList();
        });
  }

  private static void use(ModelPool pool, FakeModel... models) {
    for (FakeModel model : models) {
      var unused =
          pool.generator(model.card().id())
              .generate(List.of(Orders.of("a cat", 1).request()), GenerationListener.NONE);
    }
  }

  @Test
  void aModelIsLoadedWhenItIsFirstUsed() {
    try (ModelPool pool = pool(9, first, second)) {
      assertThat(pool.generator("second").isLoaded()).isFalse();
      use(pool, second, second);
      assertThat(second.opened()).isEqualTo(1);
      assertThat(first.opened()).isZero();
      assertThat(pool.usage()).isEqualTo(new ImageGenerators.Usage(1, 0, 1, 2));
    }
  }

  @Test
  void theModelThatWasNotUsedForTheLongestTimeIsUnloaded() {
    try (ModelPool pool = pool(5, first, second, third)) {
      use(pool, first, second, first, third);
      assertThat(pool.generator("first").isLoaded()).isTrue();
      assertThat(pool.generator("second").isLoaded()).isFalse();
      assertThat(second.closed()).isEqualTo(1);
      assertThat(pool.usage()).isEqualTo(new ImageGenerators.Usage(3, 1, 2, 5));
    }
  }

  @Test
  void anUnloadedModelIsLoadedAgain() {
    try (ModelPool pool = pool(3, first, second)) {
      use(pool, first, second, first);
      assertThat(first.opened()).isEqualTo(2);
      assertThat(pool.usage().loaded()).isEqualTo(1);
    }
  }

  @Test
  void aModelLargerThanTheBudgetIsLoadedAlone() {
    try (ModelPool pool = pool(2, first, second)) {
      use(pool, second, first);
      assertThat(pool.generator("first").isLoaded()).isTrue();
      assertThat(pool.usage().loaded()).isEqualTo(1);
    }
  }

  @Test
  void aModelThatCannotBeLoadedSaysSoWithoutPaths() {
    try (ModelPool pool = pool(9, first, new FakeModel("broken", 1))) {
      assertThatThrownBy(() -> pool.generator("broken").load())
          .isInstanceOf(ModelLoadException.class)
          .hasMessage("the model broken cannot be loaded; see the log of the server")
          .hasRootCauseMessage("the file /secret/weights is damaged");
      use(pool, first);
    }
  }

  @Test
  void aDamagedModelIsTriedOnlyOnceAndUnloadsNothingAgain() {
    try (ModelPool pool = pool(3, first, new FakeModel("broken", 1))) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> pool.generator("broken").load())
            .isInstanceOf(ModelLoadException.class);
        use(pool, first);
      }
      assertThat(first.opened()).isEqualTo(1);
    }
  }

  static Stream<RuntimeException> fullDevices() {
    return Stream.of(
        new TensorException("out of memory"),
        new DeviceMemoryException("only 1 GiB of GPU memory is free"));
  }

  @ParameterizedTest
  @MethodSource("fullDevices")
  void ifTheDeviceIsFullTheOtherModelsAreUnloaded(RuntimeException full) {
    LoadableModel greedy = new Greedy(second, first, full);
    try (ModelPool pool = new ModelPool(List.of(first, greedy), 9, (known, bytes) -> List.of())) {
      use(pool, first);
      pool.generator("second").load();
      assertThat(first.closed()).isEqualTo(1);
      assertThat(pool.generator("second").isLoaded()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("fullDevices")
  void aModelThatDoesNotFitIsTriedAgain(RuntimeException full) {
    ImageGenerator elsewhere = first.open(); // by another program
    LoadableModel greedy = new Greedy(second, first, full);
    try (ModelPool pool = new ModelPool(List.of(greedy), 9, (known, bytes) -> List.of())) {
      assertThatThrownBy(() -> pool.generator("second").load())
          .isInstanceOf(ModelLoadException.class);
      elsewhere.close();
      pool.generator("second").load();
      assertThat(pool.generator("second").isLoaded()).isTrue();
    }
  }

  /** A model that can only be opened while another one is closed. */
  private record Greedy(FakeModel model, FakeModel other, RuntimeException full)
      implements LoadableModel {
    @Override
    public ModelCard card() {
      return model.card();
    }

    @Override
    public long bytes() {
      return model.bytes();
    }

    @Override
    public long freedBytes() {
      return model.freedBytes();
    }

    @Override
    public void check(GenerationRequest request) {}

    @Override
    public int steps(GenerationRequest request) {
      return model.steps(request);
    }

    @Override
    public Map<String, String> texts(GenerationRequest request) {
      return Map.of();
    }

    @Override
    public ImageGenerator open() {
      if (other.closed() < other.opened()) {
        throw full;
      }
      return model.open();
    }
  }

  @Test
  void newModelsAreFoundWhenAsked() {
    try (ModelPool pool = pool(9, first)) {
      later.add(second);
      assertThat(pool.find("second")).isEmpty();
      pool.refresh();
      pool.refresh();
      assertThat(pool.all())
          .extracting(generator -> generator.card().id())
          .containsExactly("first", "second");
    }
  }

  @Test
  void aNewModelMayUseTheMemoryThatUnloadingTheOthersFrees() {
    try (ModelPool pool = pool(9, first, second, third)) {
      pool.refresh();
      use(pool, first, third);
      pool.refresh();
      assertThat(freed).containsExactly(0L, first.freedBytes() + third.freedBytes());
    }
  }

  @Test
  void closingFreesAllModels() {
    try (ModelPool pool = pool(9, first, second)) {
      use(pool, first, second);
    }
    assertThat(first.closed() + second.closed()).isEqualTo(2);
  }
}
