package dev.sana4j.sana;

import static dev.sana4j.sana.ToySana.CAPTION;
import static dev.sana4j.sana.ToySana.PLAIN;
import static dev.sana4j.sana.ToySana.SPRINT;
import static dev.sana4j.sana.ToySana.TOKENS;
import static dev.sana4j.sana.ToySana.input;
import static dev.sana4j.sana.ToySana.maskOf;
import static dev.sana4j.sana.ToySana.normal;
import static dev.sana4j.sana.ToySana.sample;
import static dev.sana4j.sana.ToySana.transformer;
import static dev.sana4j.sana.ToySana.withGuidance;
import static dev.sana4j.sana.ToySana.withLatents;
import static dev.sana4j.sana.ToySana.withText;
import static dev.sana4j.sana.ToySana.withTimes;
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
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties of the transformer that hold for any weights. */
@Tag("numeric")
class SanaTransformerTest {
  private static final double ROUNDING = 1e-5;

  private static void with(SanaConfig config, Consumer<SanaTransformer> body) {
    try (SanaTransformer network = transformer(config)) {
      TensorScope.compute(
          () -> {
            body.accept(network);
            return null;
          });
    }
  }

  static Stream<SanaConfig> variants() {
    return Stream.of(
        PLAIN,
        SPRINT,
        ToySana.config(2, 0, false, true),
        ToySana.config(1, 1, false, false),
        ToySana.config(2, 2, true, true));
  }

  private static SanaInput inputFor(SanaConfig config, int batch) {
    SanaInput plain = input(batch, 4, 6);
    return config.guidanceEmbedding() ? withGuidance(plain, 0.45) : plain;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void thePredictionHasTheShapeOfTheLatents(SanaConfig config) {
    with(config, net -> assertThat(net.apply(inputFor(config, 2))).hasShape(2, 4, 4, 6));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aSampleOfABatchIsWhatItIsAlone(SanaConfig config) {
    with(
        config,
        network -> {
          SanaInput batch = inputFor(config, 3);
          Tensor together = network.apply(batch);
          for (int i = 0; i < 3; i++) {
            assertThat(network.apply(sample(batch, i)))
                .isCloseTo(together.narrow(0, i, 1), ROUNDING);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("variants")
  void paddingDoesNotInfluenceThePrediction(SanaConfig config) {
    with(
        config,
        network -> {
          SanaInput input = inputFor(config, 1);
          Tensor real = input.text().narrow(1, 0, 3);
          Tensor prediction = network.apply(withText(input, input.text(), maskOf(3)));
          Tensor noisy = Tensors.cat(List.of(real, normal(99, 1, 2, CAPTION).mul(100)), 1);
          assertThat(network.apply(withText(input, noisy, maskOf(3))))
              .isCloseTo(prediction, ROUNDING);
          Tensor ones = Tensors.full(1, DType.FLOAT32, Device.CPU, 1, 3);
          assertThat(network.apply(withText(input, real, ones))).isCloseTo(prediction, ROUNDING);
        });
  }

  @Test
  void realTokensInfluenceThePrediction() {
    with(
        PLAIN,
        network -> {
          SanaInput input = input(1, 4, 4);
          Tensor other = normal(99, 1, TOKENS, CAPTION);
          assertThat(network.apply(withText(input, other, input.textMask())))
              .differsFrom(network.apply(input), 1e-3);
        });
  }

  @Test
  void theOrderOfTheTextTokensDoesNotMatter() {
    with(
        SPRINT,
        network -> {
          SanaInput input = withGuidance(input(1, 4, 4), 0.45);
          SanaInput padded = withText(input, input.text(), maskOf(4));
          Tensor order = Tensors.of(new int[] {4, 2, 0, 3, 1}, TOKENS);
          SanaInput shuffled =
              withText(
                  input,
                  input.text().indexSelect(1, order),
                  padded.textMask().indexSelect(1, order));
          assertThat(network.apply(shuffled)).isCloseTo(network.apply(padded), ROUNDING);
        });
  }

  @Test
  void aTextOfPaddingOnlyGivesFiniteNumbers() {
    with(
        PLAIN,
        network -> {
          SanaInput input = input(1, 4, 4);
          Tensor prediction = network.apply(withText(input, input.text(), maskOf(0)));
          assertThat(prediction.abs().sum().item()).isFinite();
        });
  }

  @Test
  void timeAndGuidanceSteerThePrediction() {
    with(
        SPRINT,
        network -> {
          SanaInput input = withGuidance(input(1, 4, 4), 0.45);
          Tensor prediction = network.apply(input);
          Tensor later = Tensors.of(new float[] {900}, 1);
          assertThat(network.apply(withTimes(input, later))).differsFrom(prediction, 1e-3);
          assertThat(network.apply(withGuidance(input, 0.1))).differsFrom(prediction, 1e-3);
        });
  }

  @Test
  void sprintWithoutGuidanceIsRefused() {
    with(
        SPRINT,
        network -> {
          SanaInput input = input(1, 4, 4);
          assertThatThrownBy(() -> network.apply(input))
              .isInstanceOf(TensorException.class)
              .hasMessageContaining("guidance");
        });
  }

  @Test
  void aModelWithoutGuidanceEmbeddingIgnoresIt() {
    with(
        PLAIN,
        network -> {
          SanaInput input = input(1, 4, 4);
          assertThat(network.apply(withGuidance(input, 4.5))).isCloseTo(network.apply(input), 0);
        });
  }

  @Test
  void latentsThatDoNotDivideIntoPatchesAreRefused() {
    with(
        ToySana.config(2, 0, false, false),
        network -> {
          SanaInput input = input(1, 4, 4);
          for (Tensor latents :
              List.of(normal(1, 1, 4, 5, 4), normal(1, 1, 4, 4, 3), normal(1, 4, 4, 4))) {
            assertThatThrownBy(() -> network.apply(withLatents(input, latents)))
                .isInstanceOf(TensorException.class)
                .hasMessage("latents " + latents + " cannot be divided into patches of 2");
          }
        });
  }

  @Test
  void latentsOfOtherChannelsAreRefusedWithTheirShape() {
    with(
        PLAIN,
        network -> {
          SanaInput input = withLatents(input(1, 4, 4), normal(1, 1, 5, 4, 4));
          assertThatThrownBy(() -> network.apply(input))
              .isInstanceOf(TensorException.class)
              .hasMessageContaining("[1, 5, 4, 4]");
        });
  }

  @Test
  void onlyAModelWithPositionsKnowsTheSizeOfItsGrid() {
    SanaConfig near = ToySana.config(1, 1, false, false);
    SanaConfig far = ToySana.config(1, 2, false, false);
    with(
        PLAIN,
        plain ->
            with(
                near,
                nearby ->
                    with(
                        far,
                        distant -> {
                          Tensor base = plain.apply(input(1, 4, 4));
                          Tensor placed = nearby.apply(input(1, 4, 4));
                          assertThat(placed).differsFrom(base, 1e-3);
                          assertThat(distant.apply(input(1, 4, 4))).differsFrom(placed, 1e-3);
                        })));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void theTraceEndsWithThePredictionAndHoldsEveryBlock(SanaConfig config) {
    with(
        config,
        network -> {
          List<Tensor> trace = network.trace(inputFor(config, 1));
          int tokens = 24 / (config.patchSize() * config.patchSize());
          assertThat(trace).hasSize(3);
          assertThat(trace.get(0)).hasShape(1, tokens, 8);
          assertThat(trace.get(1)).hasShape(1, tokens, 8).differsFrom(trace.get(0), 1e-3);
          assertThat(trace.get(2)).isCloseTo(network.apply(inputFor(config, 1)), 0);
        });
  }

  @Test
  void oneApplicationLeavesOneTensor() {
    with(
        PLAIN,
        network -> {
          SanaInput input = input(1, 4, 4);
          long before = LiveTensors.count();
          assertThat(network.apply(input)).hasShape(1, 4, 4, 4);
          assertThat(LiveTensors.count()).isEqualTo(before + 1);
        });
  }
}
