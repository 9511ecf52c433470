package dev.sana4j.pipeline.engine;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.dcae.Tiling;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.model.DeviceSizes;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.NetworkDtypes;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.DryRun;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.function.Supplier;

/** Adds up the memory of the parts of a generation on a GPU, by running them with shapes only. */
public final class DeviceMeter {
  /** Tokens of the stock instruction under the public vocabulary, 208, rounded up. */
  private static final int INSTRUCTION_TOKENS = 256;

  private final DryRun run;
  private final DType dtype;
  private final Work work;

  private DeviceMeter(DryRun run, DType dtype, Work work) {
    this.run = run;
    this.dtype = dtype;
    this.work = work;
  }

  /**
   * The networks of a model. They are built on {@link DryRun#DEVICE}, one at a time.
   *
   * @param text builds the text encoder
   * @param transformer builds the transformer
   * @param autoencoder builds the autoencoder, prepared for use
   */
  public record Networks(
      Supplier<GemmaEncoder> text,
      Supplier<SanaTransformer> transformer,
      Supplier<Autoencoder> autoencoder) {}

  /**
   * What an image needs.
   *
   * @param size that the networks work at
   * @param compression pixels per latent cell and direction
   * @param tokens of a text with its instruction
   * @param guided whether each step computes two predictions
   */
  public record Work(ImageSize size, int compression, int tokens, boolean guided) {}

  /** Weights of a network, and tensors in addition while it works. */
  private record Bytes(long weights, long work) {}

  /** Uses a network. */
  private interface Use<T> {
    Tensor of(T network);
  }

  /**
   * Returns the memory of a request that computes one image at a time, without a ControlNet.
   *
   * @param config the model; the elements of its weights are not read
   * @param request the request
   * @param dtype precision of the networks
   * @return the memory
   * @throws dev.sana4j.weights.CheckpointException if weights are missing or do not fit
   */
  public static DeviceSizes of(ModelConfig config, GenerationRequest request, DType dtype) {
    int instruction = request.instruction() ? INSTRUCTION_TOKENS : 0;
    return of(
        new Networks(
            () -> ModelParts.text(config, NetworkDtypes.encoderDtype(dtype), DryRun.DEVICE),
            () -> ModelParts.transformer(config, dtype, DryRun.DEVICE),
            () -> prepared(ModelParts.autoencoder(config, dtype, DryRun.DEVICE))),
        NetworkDtypes.encoderDtype(dtype),
        new Work(
            config.workingSize(request),
            config.autoencoder().compression(),
            request.maxSequenceLength() + instruction,
            config.isGuided(request)));
  }

  private static Autoencoder prepared(Autoencoder autoencoder) {
    autoencoder.prepare();
    return autoencoder;
  }

  /**
   * Returns the memory of one image at a time.
   *
   * @param networks the networks
   * @param dtype precision of the autoencoder
   * @param work what the image needs
   * @return the memory
   */
  public static DeviceSizes of(Networks networks, DType dtype, Work work) {
    try (DryRun run = DryRun.start()) {
      DeviceMeter meter = new DeviceMeter(run, dtype, work);
      Bytes text = meter.bytes(networks.text(), meter::encode);
      Bytes whole = meter.bytes(networks.autoencoder(), network -> meter.decode(network, false));
      Bytes tiles = meter.bytes(networks.autoencoder(), network -> meter.decode(network, true));
      Bytes step = meter.bytes(networks.transformer(), meter::step);
      return new DeviceSizes(
          text.weights(),
          text.work(),
          step.weights(),
          step.work(),
          whole.weights(),
          whole.work(),
          tiles.work());
    }
  }

  private <T extends AutoCloseable> Bytes bytes(Supplier<T> built, Use<T> use) {
    long before = run.bytes();
    T network = built.get();
    try {
      long weights = run.bytes() - before;
      run.restart();
      TensorScope.run(() -> Libtorch.noGrad(() -> use.of(network)).close());
      return new Bytes(weights, run.peak() - before - weights);
    } finally {
      close(network);
    }
  }

  private static void close(AutoCloseable network) {
    try {
      network.close();
    } catch (Exception e) {
      throw new IllegalStateException("a network could not be closed", e);
    }
  }

  private static Tensor ones(DType dtype, long... shape) {
    return Tensors.full(1, dtype, DryRun.DEVICE, shape);
  }

  private Tensor latents(long batch, int channels) {
    ImageSize size = work.size();
    int cell = work.compression();
    return ones(DType.FLOAT32, batch, channels, size.height() / cell, size.width() / cell);
  }

  private Tensor encode(GemmaEncoder encoder) {
    Tensor ids = ones(DType.INT64, 1, work.tokens());
    return encoder.apply(new GemmaEncoder.Input(ids, ids));
  }

  private Tensor step(SanaTransformer network) {
    SanaConfig config = network.config();
    long batch = work.guided() ? 2 : 1;
    SanaInput input =
        new SanaInput(
            latents(batch, config.inChannels()).to(network.dtype()),
            ones(network.dtype(), batch, work.tokens(), config.captionChannels()),
            ones(DType.INT64, batch, work.tokens()),
            ones(DType.FLOAT32, batch),
            config.guidanceEmbedding() ? ones(DType.FLOAT32, batch) : null,
            null);
    return network.apply(input).to(DType.FLOAT32);
  }

  private Tensor decode(Autoencoder network, boolean tiled) {
    Tensor latents = latents(1, network.config().latentChannels()).to(dtype);
    Tensor decoded = tiled ? network.decode(latents, Tiling.standard()) : network.decode(latents);
    return decoded.to(DType.FLOAT32).mul(0.5).add(0.5).clamp(0, 1);
  }
}
