package dev.sana4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.dcae.AutoencoderConfig.Stages;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.sana.SanaBlock;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Compares the formulas with the networks: every element of a matrix or kernel is multiplied and
 * added once for each position. Products without parameters are counted by hand.
 */
class FlopsTest {
  private static final Pattern STAGE = Pattern.compile("decoder\\.up_blocks\\.(\\d+)\\..*");

  @Test
  void aProductCountsAMultiplicationAndAnAdditionForEachTerm() {
    assertThat(Flops.product(2, 3, 5)).isEqualTo(60);
  }

  @Test
  void aConvolutionSeesTheChannelsOfItsGroupOnly() {
    assertThat(Flops.convolution(4, 6, 12, 3, 1)).isEqualTo(2 * 4 * 12 * 6 * 9);
    assertThat(Flops.convolution(4, 6, 12, 3, 3)).isEqualTo(2 * 4 * 12 * 2 * 9);
  }

  @Test
  void attentionIsCountedOnceForEachHead() {
    // v k^T: (3, 7) by (7, 2); its product with q: (3, 2) by (2, 7).
    assertThat(Flops.linearAttention(5, 2, 7)).isEqualTo(5 * (84 + 84));
    // q k^T: (7, 2) by (2, 11); shares times v: (7, 11) by (11, 2).
    assertThat(Flops.softmaxAttention(5, 2, 7, 11)).isEqualTo(5 * (308 + 308));
  }

  @Test
  void aSanaBlockAppliesEveryMatrixToItsTokens() {
    SanaConfig config = ToyNetworks.transformer();
    long tokens = 9;
    long textTokens = 5;
    long applied =
        applied(
            weights -> new SanaBlock(weights, config),
            SanaBlock::parameters,
            name -> positionsInBlock(name, tokens, textTokens));

    long attention = // 4 heads of 8 attend linearly, 2 heads of 16 to the text
        4 * (2 * 9 * 9 * 8 + 2 * 9 * 8 * 9) + 2 * (2 * 9 * 16 * 5 + 2 * 9 * 5 * 16);
    assertThat(Flops.sanaBlock(config, tokens, textTokens)).isEqualTo(applied + attention);
  }

  private static long positionsInBlock(String name, long tokens, long textTokens) {
    if (name.equals("scale_shift_table")) {
      return 0;
    }
    return name.matches("attn2\\.to_[kv]\\.weight") ? textTokens : tokens;
  }

  @Test
  void aTransformerAppliesItsEmbeddingsAndItsOutputBesidesItsBlocks() {
    List.of(ToyNetworks.transformer(), ToyNetworks.transformerOfPatches())
        .forEach(config -> assertThatItAppliesEveryMatrix(config, 9, 5));
  }

  private static void assertThatItAppliesEveryMatrix(
      SanaConfig config, long tokens, long textTokens) {
    long applied =
        applied(
            weights -> new SanaTransformer(weights, config),
            SanaTransformer::parameters,
            name -> positions(name, tokens, textTokens));

    long attention = 4 * (2 * 9 * 9 * 8 + 2 * 9 * 8 * 9) + 2 * (2 * 9 * 16 * 5 + 2 * 9 * 5 * 16);
    assertThat(Flops.transformer(config, tokens, textTokens))
        .isEqualTo(applied + config.layers() * attention);
  }

  private static long positions(String name, long tokens, long textTokens) {
    if (name.startsWith("time_embed.")) {
      return 1;
    }
    return name.startsWith("caption_projection.")
        ? textTokens
        : positionsInBlock(
            name.replaceFirst("transformer_blocks\\.\\d+\\.", ""), tokens, textTokens);
  }

  @Test
  void gemmaAppliesEveryMatrixOfItsBlocksToItsTokens() {
    GemmaConfig config = ToyNetworks.gemma();
    long tokens = 5;
    long applied =
        applied(
            weights -> new GemmaEncoder(weights, config),
            GemmaEncoder::parameters,
            name -> name.contains("embed_tokens") ? 0 : tokens);

    long attention = 2 * 4 * (2 * 5 * 8 * 5 + 2 * 5 * 5 * 8); // 2 layers, 4 heads of 8
    assertThat(Flops.gemmaBlocks(config, tokens)).isEqualTo(applied + attention);
  }

  @Test
  void aDecoderAppliesEveryKernelToThePixelsOfItsStage() {
    AutoencoderConfig config = ToyNetworks.autoencoder(true, 2);
    long applied = appliedByDecoder(config, 36);

    long attention = 4 * (2 * 9 * 36 * 8 + 2 * 9 * 8 * 36); // 2 heads of 8 at 2 scales
    assertThat(Flops.decode(config, 36)).isEqualTo(applied + attention);
  }

  @Test
  void aDecoderWithoutOutermostStageEndsInAnUpBlock() {
    AutoencoderConfig config = ToyNetworks.autoencoder(true, 0);

    long attention = 4 * (2 * 9 * 36 * 8 + 2 * 9 * 8 * 36);
    assertThat(Flops.decode(config, 36)).isEqualTo(appliedByDecoder(config, 36) + attention);
  }

  @Test
  void theAttentionOfAFewPixelsIsQuadratic() {
    AutoencoderConfig config = ToyNetworks.autoencoder(true, 2);

    long attention = 4 * (2 * 4 * 8 * 4 + 2 * 4 * 4 * 8);
    assertThat(Flops.decode(config, 4)).isEqualTo(appliedByDecoder(config, 4) + attention);
  }

  @Test
  void movingChannelsToPixelsConvolvesTheSmallerImage() {
    long interpolated = Flops.decode(ToyNetworks.autoencoder(true, 2), 36);
    long shuffled = Flops.decode(ToyNetworks.autoencoder(false, 2), 36);

    assertThat(shuffled).isEqualTo(interpolated); // four times the channels, a quarter the pixels
  }

  private static long appliedByDecoder(AutoencoderConfig config, long latentPixels) {
    Stages stages = config.decoder();
    int innermost = stages.widths().size() - 1;
    return applied(
        weights -> new Autoencoder(weights, config),
        Autoencoder::parameters,
        name -> {
          Matcher stage = STAGE.matcher(name);
          if (name.startsWith("encoder.")) {
            return 0;
          } else if (stage.matches()) {
            return latentPixels << (2 * (innermost - Integer.parseInt(stage.group(1))));
          }
          return name.startsWith("decoder.conv_in")
              ? latentPixels
              : latentPixels << (2 * innermost);
        });
  }

  /** Returns 2 x elements x positions, over all matrices and kernels. */
  private static <T extends AutoCloseable> long applied(
      Function<Weights, T> network,
      Function<T, List<Parameter>> parameters,
      ToLongFunction<String> positions) {
    try (RandomWeights random = new RandomWeights(0)) {
      T built = Weights.load(random, DType.FLOAT32, Device.CPU, network);
      List<Parameter> owned = parameters.apply(built);
      long sum =
          owned.stream()
              .filter(parameter -> parameter.value().rank() > 1)
              .mapToLong(p -> 2 * elements(p) * positions.applyAsLong(p.name()))
              .sum();
      owned.forEach(Parameter::close);
      return sum;
    }
  }

  private static long elements(Parameter parameter) {
    long product = 1;
    for (long size : parameter.value().shape()) {
      product *= size;
    }
    return product;
  }
}
