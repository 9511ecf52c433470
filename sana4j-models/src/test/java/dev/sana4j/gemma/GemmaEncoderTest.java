package dev.sana4j.gemma;

import static dev.sana4j.gemma.ToyGemma.both;
import static dev.sana4j.gemma.ToyGemma.config;
import static dev.sana4j.gemma.ToyGemma.first;
import static dev.sana4j.gemma.ToyGemma.padded;
import static dev.sana4j.gemma.ToyGemma.prompt;
import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.LiveTensors;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorException;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.CheckpointException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties of the text encoder that hold for any weights. */
class GemmaEncoderTest {
  @TempDir private Path folder;

  private static final double ROUNDING = 1e-5;
  private static final GemmaConfig MIXED = config(List.of(true, false, true), 3, 50);

  static Stream<GemmaConfig> variants() {
    return Stream.of(
        MIXED, config(List.of(false, false), 100, 50), config(List.of(true, true), 2, 0));
  }

  private static void with(GemmaConfig config, Consumer<GemmaEncoder> body) {
    try (GemmaEncoder network = ToyGemma.random(config)) {
      TensorScope.compute(
          () -> {
            body.accept(network);
            return null;
          });
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void paddingOnTheRightDoesNotChangeRealTokens(GemmaConfig config) {
    with(
        config,
        network -> {
          Tensor alone = network.apply(prompt(2, 5, 7, 3));
          assertThat(first(network.apply(padded(4, 2, 5, 7, 3, 0, 0)), 4))
              .isCloseTo(alone, ROUNDING);
          assertThat(first(network.apply(padded(4, 2, 5, 7, 3, 19, 11)), 4))
              .isCloseTo(alone, ROUNDING);
        });
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aLaterTokenDoesNotChangeEarlierStates(GemmaConfig config) {
    with(
        config,
        network -> {
          Tensor states = network.apply(prompt(2, 5, 7, 3, 9));
          Tensor changed = network.apply(prompt(2, 5, 7, 4, 9));
          assertThat(first(changed, 3)).isCloseTo(first(states, 3), ROUNDING);
          assertThat(changed.narrow(1, 3, 1)).differsFrom(states.narrow(1, 3, 1), 1e-3);
          assertThat(changed.narrow(1, 4, 1)).differsFrom(states.narrow(1, 4, 1), 1e-3);
        });
  }

  @Test
  void aSlidingLayerSeesItsWindowAndNoFurther() {
    with(
        config(List.of(true), 3, 50),
        network -> {
          Tensor states = network.apply(prompt(2, 5, 7, 3, 9, 1));
          Tensor changed = network.apply(prompt(4, 5, 7, 3, 9, 1));
          assertThat(changed.narrow(1, 2, 1)).differsFrom(states.narrow(1, 2, 1), 1e-3);
          assertThat(changed.narrow(1, 3, 3)).isCloseTo(states.narrow(1, 3, 3), ROUNDING);
        });
  }

  @Test
  void aFullLayerSeesTheWholePast() {
    with(
        config(List.of(false), 3, 50),
        network -> {
          Tensor states = network.apply(prompt(2, 5, 7, 3, 9, 1));
          Tensor changed = network.apply(prompt(4, 5, 7, 3, 9, 1));
          for (int i = 1; i < 6; i++) {
            assertThat(changed.narrow(1, i, 1)).differsFrom(states.narrow(1, i, 1), 1e-4);
          }
        });
  }

  @Test
  void aWindowThatHoldsThePromptIsNoLimit() {
    with(
        config(List.of(true, true), 5, 50),
        sliding ->
            with(
                config(List.of(false, false), 5, 50),
                full ->
                    assertThat(sliding.apply(prompt(2, 5, 7, 3, 9)))
                        .isCloseTo(full.apply(prompt(2, 5, 7, 3, 9)), 0)));
  }

  @Test
  void aSoftCapOfZeroMeansNone() {
    with(
        config(List.of(false), 9, 0),
        uncapped ->
            with(
                config(List.of(false), 9, 1e4),
                distant ->
                    with(
                        config(List.of(false), 9, 0.1),
                        narrow -> {
                          Tensor states = uncapped.apply(prompt(2, 5, 7, 3));
                          assertThat(distant.apply(prompt(2, 5, 7, 3))).isCloseTo(states, 1e-4);
                          assertThat(narrow.apply(prompt(2, 5, 7, 3))).differsFrom(states, 1e-3);
                        })));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void tokensBehindAPrefixAreWhatTheyAreInTheWholeText(GemmaConfig config) {
    with(
        config,
        network -> {
          Tensor whole = network.apply(both(prompt(2, 5, 7, 3, 9, 4), prompt(2, 5, 7, 8, 1, 0)));
          try (PrefixCache prefix = network.prefix(Tensors.of(new int[] {2, 5, 7}, 1, 3))) {
            GemmaEncoder.Input rest = both(prompt(3, 9, 4), prompt(8, 1, 0));
            Tensor behind = network.apply(new GemmaEncoder.Input(rest.ids(), rest.mask(), prefix));

            assertThat(prefix.length()).isEqualTo(3);
            assertThat(prefix.states()).isCloseTo(first(whole.narrow(0, 0, 1), 3), ROUNDING);
            assertThat(behind).isCloseTo(whole.narrow(1, 3, 3), ROUNDING);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aPrefixIsReadAsItWasWritten(GemmaConfig config) {
    Path file = folder.resolve("prefix.safetensors");
    with(
        config,
        network -> {
          GemmaEncoder.Input rest = prompt(3, 9, 4);
          try (PrefixCache prefix = network.prefix(Tensors.of(new int[] {2, 5, 7}, 1, 3))) {
            prefix.write(file);
            Tensor behind = network.apply(new GemmaEncoder.Input(rest.ids(), rest.mask(), prefix));
            try (PrefixCache read = network.readPrefix(file, 3)) {
              assertThat(read.states()).isCloseTo(prefix.states(), 0);
              assertThat(network.apply(new GemmaEncoder.Input(rest.ids(), rest.mask(), read)))
                  .isCloseTo(behind, 0);
            }
          }
        });
  }

  @Test
  void aPrefixOfAnotherLengthOrNetworkIsNotRead() {
    Path file = folder.resolve("prefix.safetensors");
    with(
        MIXED,
        network -> {
          try (PrefixCache prefix = network.prefix(Tensors.of(new int[] {2, 5, 7}, 1, 3))) {
            prefix.write(file);
          }
          assertThatThrownBy(() -> network.readPrefix(file, 4).close())
              .isInstanceOf(CheckpointException.class)
              .hasMessageContaining("states");
        });
    with(
        config(List.of(true, true, true, true), 3, 50),
        deeper ->
            assertThatThrownBy(() -> deeper.readPrefix(file, 3).close())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("3.keys"));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aPromptOfABatchIsWhatItIsAlone(GemmaConfig config) {
    with(
        config,
        network -> {
          GemmaEncoder.Input one = prompt(2, 5, 7, 3);
          GemmaEncoder.Input two = padded(2, 2, 9, 0, 0);
          Tensor together = network.apply(both(one, two));
          assertThat(together.narrow(0, 0, 1)).isCloseTo(network.apply(one), ROUNDING);
          assertThat(together.narrow(0, 1, 1)).isCloseTo(network.apply(two), ROUNDING);
        });
  }

  @Test
  void theOrderOfTheTokensMatters() {
    with(
        MIXED,
        network ->
            assertThat(network.apply(prompt(2, 5, 7)).narrow(1, 2, 1))
                .differsFrom(network.apply(prompt(5, 2, 7)).narrow(1, 2, 1), 1e-3));
  }

  @Test
  void hiddenStatesBeginWithTheEmbeddingAndEndWithTheResult() {
    with(
        MIXED,
        network -> {
          List<Tensor> states = network.hiddenStates(prompt(2, 5, 7));
          assertThat(states).hasSize(4);
          assertThat(states).allSatisfy(state -> assertThat(state).hasShape(1, 3, 16));
          assertThat(states.get(3)).isCloseTo(network.apply(prompt(2, 5, 7)), 0);
          Tensor alone = network.hiddenStates(prompt(7)).get(0);
          assertThat(states.get(0).narrow(1, 2, 1)).isCloseTo(alone, 0);
        });
  }

  @Test
  void theResultIsFloat32AndFiniteEvenForPaddingOnly() {
    with(
        MIXED,
        network -> {
          Tensor states = network.apply(padded(0, 0, 0, 0));
          assertThat(states.dtype()).isEqualTo(DType.FLOAT32);
          assertThat(states.abs().sum().item()).isFinite();
        });
  }

  @Test
  void idsAndMaskOfDifferentLengthsAreRefused() {
    with(
        MIXED,
        network -> {
          Tensor ids = Tensors.of(new int[] {1, 2, 3}, 1, 3);
          Tensor mask = Tensors.full(1, DType.FLOAT32, Device.CPU, 1, 2);
          assertThatThrownBy(() -> network.apply(new GemmaEncoder.Input(ids, mask)))
              .isInstanceOf(TensorException.class)
              .hasMessageContainingAll("[1, 3] int64", "[1, 2] float32");
          Tensor flat = Tensors.of(new int[] {1, 2}, 2);
          assertThatThrownBy(() -> network.apply(new GemmaEncoder.Input(flat, mask)))
              .isInstanceOf(TensorException.class);
        });
  }

  @Test
  void anIdBeyondTheVocabularyIsRefused() {
    with(
        MIXED,
        network ->
            assertThatThrownBy(() -> network.apply(prompt(2, 20)))
                .isInstanceOf(TensorException.class)
                .hasMessageContaining("embedding"));
  }

  @Test
  void oneApplicationLeavesOneTensor() {
    with(
        MIXED,
        network -> {
          GemmaEncoder.Input input = prompt(2, 5, 7);
          long before = LiveTensors.count();
          assertThat(network.apply(input)).hasShape(1, 3, 16);
          assertThat(LiveTensors.count()).isEqualTo(before + 1);
        });
  }
}
