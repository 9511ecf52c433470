package dev.sana4j.dcae;

import static dev.sana4j.dcae.ToyAutoencoder.config;
import static dev.sana4j.dcae.ToyAutoencoder.normal;
import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.LiveTensors;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorException;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.FreshSource;
import dev.sana4j.weights.Weights;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties of the autoencoder that hold for any weights. */
@Tag("numeric")
class AutoencoderTest {
  private static final double ROUNDING = 1e-5;

  static Stream<AutoencoderConfig> variants() {
    return Stream.of(config(false, 1), config(true, 1), config(false, 0), config(true, 0));
  }

  private static void with(AutoencoderConfig config, Consumer<Autoencoder> body) {
    try (Autoencoder network = ToyAutoencoder.random(config)) {
      TensorScope.compute(
          () -> {
            body.accept(network);
            return null;
          });
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void sizesShrinkAndGrowByTheCompressionAlsoWhenNotSquare(AutoencoderConfig config) {
    with(
        config,
        network -> {
          assertThat(network.encode(normal(1, 2, 3, 8, 20))).hasShape(2, 4, 2, 5);
          assertThat(network.decode(normal(1, 2, 4, 2, 5))).hasShape(2, 3, 8, 20);
        });
  }

  @ParameterizedTest
  @MethodSource("variants")
  void anImageOfABatchIsWhatItIsAlone(AutoencoderConfig config) {
    with(
        config,
        network -> {
          Tensor images = normal(1, 2, 3, 8, 12);
          Tensor latents = network.encode(images);
          Tensor decoded = network.decode(latents);
          for (int i = 0; i < 2; i++) {
            assertThat(network.encode(images.narrow(0, i, 1)))
                .isCloseTo(latents.narrow(0, i, 1), ROUNDING);
            assertThat(network.decode(latents.narrow(0, i, 1)))
                .isCloseTo(decoded.narrow(0, i, 1), ROUNDING);
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"7,8", "8,7", "2,4", "9,9"})
  void anImageThatDoesNotDivideIsRefused(long height, long width) {
    with(
        config(false, 1),
        network -> {
          Tensor image = normal(1, 1, 3, height, width);
          assertThatThrownBy(() -> network.encode(image))
              .isInstanceOf(TensorException.class)
              .hasMessage("height and width of " + image + " must be multiples of 4");
        });
  }

  @Test
  void oneTileThatCoversAllIsTheWhole() {
    with(
        config(false, 1),
        network -> {
          Tensor image = normal(1, 1, 3, 12, 16);
          Tensor latent = normal(2, 1, 4, 3, 4);
          Tiling exact = new Tiling(16, 8);
          assertThat(network.encode(image, exact)).isCloseTo(network.encode(image), 0);
          assertThat(network.decode(latent, exact)).isCloseTo(network.decode(latent), 0);
          assertThat(network.decode(latent, Tiling.standard()))
              .isCloseTo(network.decode(latent), 0);
        });
  }

  @ParameterizedTest
  @CsvSource({"8,8", "8,4", "16,12", "12,8"})
  void tilesGiveTheSizeOfTheWhole(int size, int stride) {
    with(
        config(false, 1),
        network -> {
          Tiling tiling = new Tiling(size, stride);
          assertThat(network.encode(normal(1, 1, 3, 20, 28), tiling)).hasShape(1, 4, 5, 7);
          assertThat(network.decode(normal(1, 1, 4, 5, 7), tiling)).hasShape(1, 3, 20, 28);
        });
  }

  @Test
  void farFromTheSeamsTheFirstTileIsDecodedAsItIsAlone() {
    with(
        config(false, 1),
        network -> {
          Tensor latent = normal(1, 1, 4, 2, 8);
          Tensor tiled = network.decode(latent, new Tiling(16, 12));
          Tensor first = network.decode(latent.narrow(3, 0, 4).contiguous());
          assertThat(tiled.narrow(3, 0, 12)).isCloseTo(first.narrow(3, 0, 12), 0);
        });
  }

  @ParameterizedTest
  @CsvSource({"10,8", "8,6", "2,2", "16,3"})
  void tilesThatAreNoMultiplesOfTheCompressionAreRefused(int size, int stride) {
    with(
        config(false, 1),
        network -> {
          Tiling tiling = new Tiling(size, stride);
          Tensor image = normal(1, 1, 3, 20, 20);
          Tensor latent = normal(1, 1, 4, 5, 5);
          assertThatThrownBy(() -> network.encode(image, tiling))
              .isInstanceOf(CheckpointException.class)
              .hasMessageContaining("multiples of 4");
          assertThatThrownBy(() -> network.decode(latent, tiling))
              .isInstanceOf(CheckpointException.class)
              .hasMessageContaining("multiples of 4");
        });
  }

  @Test
  void tilingLeavesOneTensor() {
    with(
        config(false, 1),
        network -> {
          Tensor latent = normal(1, 1, 4, 5, 7);
          long before = LiveTensors.count();
          assertThat(network.decode(latent, new Tiling(8, 4))).hasShape(1, 3, 20, 28);
          assertThat(LiveTensors.count()).isEqualTo(before + 1);
        });
  }

  @Test
  void closingFreesAllParameters() {
    long before = LiveTensors.count();
    Autoencoder network = ToyAutoencoder.random(config(false, 1));
    assertThat(LiveTensors.count()).isEqualTo(before + network.parameters().size());
    network.close();
    assertThat(LiveTensors.count()).isEqualTo(before);
  }

  @Test
  void reluAndSiluEndTheDecoderDifferently() {
    AutoencoderConfig relu = config(false, 1);
    AutoencoderConfig silu =
        new AutoencoderConfig(
            3, 4, 4, relu.encoder(), relu.decoder(), false, true, true, true, "silu", 0.5);
    with(
        relu,
        one ->
            with(
                silu,
                other -> {
                  Tensor latent = normal(1, 1, 4, 2, 2);
                  assertThat(other.decode(latent)).differsFrom(one.decode(latent), 1e-3);
                }));
  }

  @Test
  void shortcutsCarryTheInputWhenAllWeightsAreZero() {
    try (DownBlock down = zero(w -> new DownBlock(w, 2, 4, false, true));
        UpBlock up = zero(w -> new UpBlock(w, 4, 2, true, true))) {
      TensorScope.compute(
          () -> {
            Tensor image = normal(1, 1, 2, 4, 4);
            Tensor small = down.apply(image); // means over pairs of the four shuffled pixels
            Tensor large = up.apply(small);
            assertThat(small).hasShape(1, 4, 2, 2);
            assertThat(large).hasShape(1, 2, 4, 4);
            assertThat(down.apply(large)).isCloseTo(small, 1e-6);
            assertThat(large.mean(3, false).mean(2, false))
                .isCloseTo(image.mean(3, false).mean(2, false), 1e-6);
            return null;
          });
    }
  }

  private static <L extends Layer<?>> L zero(Function<Weights, L> layer) {
    return Weights.load(new Zeros(), DType.FLOAT32, Device.CPU, layer);
  }

  private record Zeros() implements FreshSource {
    @Override
    public Tensor tensor(String name, long... shape) {
      return Tensors.zeros(DType.FLOAT32, Device.CPU, shape);
    }

    @Override
    public void close() {}
  }
}
