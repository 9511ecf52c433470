package dev.sana4j.dcae;

import static dev.sana4j.dcae.ToyAutoencoder.LATENT_CHANNELS;
import static dev.sana4j.dcae.ToyAutoencoder.normal;
import static dev.sana4j.testkit.TensorAssert.assertThat;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Encoding and decoding in bands of rows. */
@Tag("numeric")
class RowBandsTest {
  private static final double ROUNDING = 1e-5;

  @ParameterizedTest
  @MethodSource("dev.sana4j.dcae.AutoencoderTest#variants")
  void bandsOfAnyHeightGiveTheImageOfTheWhole(AutoencoderConfig config) {
    try (BandedDecoder decoder =
        ToyAutoencoder.random(weights -> new BandedDecoder(new Decoder(weights, config), config))) {
      TensorScope.compute(
          () -> {
            Tensor latent = normal(1, 2, LATENT_CHANNELS, 7, 3);
            Tensor whole = decoder.apply(latent);
            for (int rows : new int[] {1, 3, 8, 27, 28, 100}) {
              assertThat(decoder.inBands(latent, rows)).isCloseTo(whole, ROUNDING);
            }
            return null;
          });
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sana4j.dcae.AutoencoderTest#variants")
  void bandsOfAnyHeightGiveTheLatentOfTheWhole(AutoencoderConfig config) {
    try (BandedEncoder encoder =
        ToyAutoencoder.random(weights -> new BandedEncoder(new Encoder(weights, config)))) {
      TensorScope.compute(
          () -> {
            long step = config.compression();
            Tensor image = normal(1, 2, 3, 7 * step, 3 * step);
            Tensor whole = encoder.apply(image);
            for (int rows : new int[] {1, 3, 8, 27, 28, 100}) {
              assertThat(encoder.inBands(image, rows)).isCloseTo(whole, ROUNDING);
            }
            return null;
          });
    }
  }
}
