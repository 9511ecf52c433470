package dev.sana4j.train.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.clip.ClipConfig;
import dev.sana4j.clip.ClipModel;
import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.dcae.Tiling;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.inception.InceptionModel;
import dev.sana4j.nn.LowRank;
import dev.sana4j.nn.LowRankAdapters;
import dev.sana4j.objective.Discriminator;
import dev.sana4j.objective.LatentDiscriminator;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.sana.SanaControlNet;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.DryRun;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Weights;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every network at its published size, with shapes only: no tensor is in the wrong place, and
 * nothing waits for the device.
 */
class NetworksOnDeviceTest {
  private static final Device DEVICE = DryRun.DEVICE;
  private static final long TOKENS = 300;
  private static final long CAPTION = 2304;

  private static Tensor ones(DType dtype, long... shape) {
    return Tensors.full(1, dtype, DEVICE, shape);
  }

  /** Builds a network in a dry run and checks the copies of its use. */
  @SuppressWarnings("try") // no network throws InterruptedException
  private static <T extends AutoCloseable> void check(
      HostCopies copies, DType dtype, Function<Weights, T> network, BiConsumer<DryRun, T> use)
      throws Exception {
    try (DryRun run = DryRun.start()) {
      T built = Weights.withoutElements(dtype, network);
      try {
        copies.check(
            run,
            () ->
                Libtorch.noGrad(
                    () -> {
                      use.accept(run, built);
                      return null;
                    }));
      } finally {
        built.close();
      }
      assertThat(run.bytes()).isZero();
    }
  }

  private static SanaInput input(SanaConfig config, DType dtype, long batch, long side) {
    return new SanaInput(
        ones(dtype, batch, config.inChannels(), side, side),
        ones(dtype, batch, TOKENS, CAPTION),
        ones(DType.INT64, batch, TOKENS),
        ones(DType.FLOAT32, batch),
        config.guidanceEmbedding() ? ones(DType.FLOAT32, batch) : null,
        null);
  }

  private static SanaConfig sana(int layers, double positions, boolean qkNorm) {
    int side = positions == 0 ? 32 : 64;
    return new SanaConfig(
        32, 32, layers, 70, 32, 20, 112, 2304, 2.5, false, side, 1, false, 1e-6, positions, false,
        0.1, qkNorm, 1);
  }

  static List<SanaConfig> transformers() {
    return List.of(
        sana(20, 0, false),
        sana(20, 1, false), // position embedding of the 2K models
        SanaConfig.teacher1600m(),
        SanaConfig.sprint1600m(),
        SanaConfig.sprint600m(),
        SanaConfig.sana4800m());
  }

  @ParameterizedTest
  @MethodSource("transformers")
  void transformers(SanaConfig config) throws Exception {
    for (DType dtype : List.of(DType.FLOAT32, DType.BFLOAT16)) {
      check(
          HostCopies.TRANSFORMER,
          dtype,
          weights -> new SanaTransformer(weights, config),
          (run, network) ->
              assertThat(network.apply(input(config, dtype, 2, 32)).shape())
                  .containsExactly(2, 32, 32, 32));
    }
  }

  @Test
  void aControlNetAndItsTransformer() throws Exception {
    SanaConfig config = sana(20, 0, false);
    try (DryRun run = DryRun.start();
        SanaTransformer transformer =
            Weights.withoutElements(DType.BFLOAT16, w -> new SanaTransformer(w, config));
        SanaControlNet control =
            Weights.withoutElements(DType.BFLOAT16, w -> new SanaControlNet(w, config))) {
      HostCopies.TRANSFORMER.check(
          run,
          () -> {
            SanaInput input = input(config, DType.BFLOAT16, 1, 32);
            Tensor image = ones(DType.BFLOAT16, 1, 32, 32, 32);
            Tensor residuals = control.apply(new SanaControlNet.Input(input, image, 0.5));
            assertThat(transformer.apply(input.with(residuals)).shape())
                .containsExactly(1, 32, 32, 32);
          });
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "BFLOAT16"})
  void anAdaptedTransformer(DType dtype) throws Exception {
    SanaConfig config = SanaConfig.sprint600m();
    check(
        HostCopies.TRANSFORMER,
        dtype,
        weights -> new SanaTransformer(weights, config),
        (run, network) -> {
          try (LowRankAdapters adapters =
              LowRankAdapters.create(
                  network, LowRankAdapters.DEFAULT_TARGETS, new LowRank.Settings(4, 4, 0), 1)) {
            run.restart();
            adapters.attach(network);
            assertThat(network.apply(input(config, dtype, 1, 32)).rank()).isEqualTo(4);
          }
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "BFLOAT16"})
  void theTextEncoder(DType dtype) throws Exception {
    check(
        HostCopies.TEXT_ENCODER,
        dtype,
        weights -> new GemmaEncoder(weights, GemmaConfig.gemma2b()),
        (run, network) -> {
          var input =
              new GemmaEncoder.Input(ones(DType.INT64, 1, TOKENS), ones(DType.INT64, 1, TOKENS));
          assertThat(network.apply(input).shape()).containsExactly(1, TOKENS, CAPTION);
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "BFLOAT16"})
  void theAutoencoder(DType dtype) throws Exception {
    check(
        HostCopies.AUTOENCODER,
        dtype,
        weights -> new Autoencoder(weights, AutoencoderConfig.f32c32()),
        (run, network) -> {
          network.prepare();
          Tensor latents = network.encode(ones(dtype, 1, 3, 1024, 1024));
          assertThat(latents.shape()).containsExactly(1, 32, 32, 32);
          assertThat(network.decode(latents).shape()).containsExactly(1, 3, 1024, 1024);
        });
  }

  @Test
  void theAutoencoderInTiles() throws Exception {
    check(
        HostCopies.TILES,
        DType.BFLOAT16,
        weights -> new Autoencoder(weights, AutoencoderConfig.f32c32()),
        (run, network) -> {
          Tensor image = ones(DType.BFLOAT16, 1, 3, 1024, 1024);
          Tensor latents = network.encode(image, Tiling.standard());
          assertThat(network.decode(latents, Tiling.standard()).shape()).isEqualTo(image.shape());
        });
  }

  @Test
  void clip() throws Exception {
    ClipConfig config = ClipConfig.vitL14();
    check(
        HostCopies.CLIP,
        DType.FLOAT32,
        weights -> new ClipModel(weights, config),
        (run, network) -> {
          Tensor image = network.apply(ones(DType.FLOAT32, 1, 3, 224, 224));
          Tensor text = network.embedTexts(ones(DType.INT64, 1, 20), 1);
          assertThat(network.logits(image, text).shape()).containsExactly(1, 1);
        });
  }

  @Test
  void inception() throws Exception {
    check(
        HostCopies.INCEPTION,
        DType.FLOAT32,
        InceptionModel::new,
        (run, network) -> {
          Tensor image = ones(DType.FLOAT32, 2, 3, 512, 512);
          assertThat(network.apply(image).shape()).containsExactly(2, InceptionModel.FEATURES);
          network.prepare();
          assertThat(network.logits(network.apply(image)).size(0)).isEqualTo(2);
        });
  }

  @Test
  void discriminators() throws Exception {
    SanaConfig config = SanaConfig.teacher1600m();
    try (DryRun run = DryRun.start();
        SanaTransformer teacher =
            Weights.withoutElements(DType.BFLOAT16, w -> new SanaTransformer(w, config));
        LatentDiscriminator heads =
            Weights.withoutElements(
                DType.FLOAT32, w -> new LatentDiscriminator(w, teacher, List.of(2, 8, 14, 19)));
        Discriminator pixels =
            Weights.withoutElements(DType.FLOAT32, w -> new Discriminator(w, 64, 4))) {
      HostCopies.TRANSFORMER.check(
          run,
          () -> {
            heads.refresh();
            Tensor logits = heads.apply(input(config, DType.BFLOAT16, 2, 32));
            assertThat(logits.size(0)).isEqualTo(2);
            assertThat(pixels.apply(ones(DType.FLOAT32, 2, 3, 256, 256)).size(0)).isEqualTo(2);
          });
    }
  }
}
