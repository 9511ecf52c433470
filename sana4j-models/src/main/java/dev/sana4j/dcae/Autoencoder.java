package dev.sana4j.dcae;

import dev.sana4j.dcae.AutoencoderConfig.Stages;
import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorException;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Storage;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The deep compression autoencoder: encoder and decoder, whole or in tiles. */
public final class Autoencoder implements AutoCloseable {
  private static final long PIXELS_AT_ONCE = 1L << 19;

  /**
   * Pixels of an image that is computed whole; larger ones are computed in bands of rows. Numbers
   * of two bytes take less memory, so more of them are computed at once.
   *
   * @param dtype what the autoencoder computes in
   * @return a count
   */
  public static long pixelsAtOnce(DType dtype) {
    return dtype.bytes() == 2 ? 4 * PIXELS_AT_ONCE : PIXELS_AT_ONCE;
  }

  private final AutoencoderConfig config;
  private final BandedEncoder encoder;
  private final BandedDecoder decoder;

  /**
   * Reads {@code encoder} and {@code decoder}.
   *
   * @param weights where they are
   * @param config the sizes
   */
  public Autoencoder(Weights weights, AutoencoderConfig config) {
    this.config = config;
    encoder = new BandedEncoder(new Encoder(weights.at("encoder"), config));
    decoder = new BandedDecoder(new Decoder(weights.at("decoder"), config), config);
  }

  /**
   * Opens a {@code vae/} folder.
   *
   * @param folder holds config.json and diffusion_pytorch_model.safetensors
   * @param dtype dtype to compute in
   * @param device where to compute
   * @return the network, to be closed by the caller
   */
  public static Autoencoder open(Path folder, DType dtype, Device device) {
    return open(folder, dtype, device, Storage.CONVERTED);
  }

  /**
   * Opens a {@code vae/} folder.
   *
   * @param folder holds config.json and diffusion_pytorch_model.safetensors
   * @param dtype dtype to compute in
   * @param device where to compute
   * @param storage whether large matrices stay as they are stored
   * @return the network, to be closed by the caller
   */
  public static Autoencoder open(Path folder, DType dtype, Device device, Storage storage) {
    AutoencoderConfig config =
        AutoencoderConfig.read(ConfigFile.read(folder.resolve("config.json")));
    return Weights.open(
        folder,
        "diffusion_pytorch_model",
        dtype,
        device,
        storage,
        weights -> new Autoencoder(weights, config));
  }

  /** A block of one stage of either half. */
  static Layer<Tensor> block(Weights weights, AutoencoderConfig config, Stages stages, int stage) {
    int width = stages.widths().get(stage);
    return stages.blockTypes().get(stage).equals("ResBlock")
        ? new ResBlock(weights, width)
        : new EfficientVitBlock(weights, width, config.headWidth(), stages.scales().get(stage));
  }

  /**
   * The sizes.
   *
   * @return the config it was built from
   */
  public AutoencoderConfig config() {
    return config;
  }

  /**
   * Image to latent.
   *
   * @param image (B, 3, H, W) in -1..1, H and W multiples of the compression
   * @return (B, C, H / compression, W / compression), not scaled
   */
  public Tensor encode(Tensor image) {
    int compression = config.compression();
    if (image.size(2) % compression != 0 || image.size(3) % compression != 0) {
      throw new TensorException(
          "height and width of " + image + " are not multiples of " + compression);
    }
    return encoder.apply(image);
  }

  /**
   * What {@link #encode(Tensor)} does, in parts of a block at most, one after the other.
   *
   * @return functions of this network
   */
  public List<UnaryOperator<Tensor>> encoding() {
    List<UnaryOperator<Tensor>> parts = new ArrayList<>(List.of(Tensor::channelsLast));
    encoder.parts().forEach(layer -> parts.add(layer::apply));
    return parts;
  }

  /**
   * What {@link #decode(Tensor)} does, in parts of a block at most, one after the other.
   *
   * @return functions of this network
   */
  public List<UnaryOperator<Tensor>> decoding() {
    List<UnaryOperator<Tensor>> parts = new ArrayList<>();
    decoder.parts().forEach(layer -> parts.add(layer::apply));
    return parts;
  }

  /**
   * Image to latent in tiles.
   *
   * @param image (B, 3, H, W) in -1..1, H and W multiples of the compression
   * @param tiling in image pixels, multiples of the compression
   * @return (B, C, H / compression, W / compression), not scaled
   */
  public Tensor encode(Tensor image, Tiling tiling) {
    if (!tiling.isNeededFor(image)) {
      return encode(image);
    }
    return TensorScope.tidy(
        () -> tiling.map(image, tiling.dividedBy(config.compression()), this::encode));
  }

  /**
   * Latent to image.
   *
   * @param latent (B, C, H, W), not scaled
   * @return (B, 3, H * compression, W * compression), about -1..1
   */
  public Tensor decode(Tensor latent) {
    return decoder.apply(latent);
  }

  /**
   * Latent to image in tiles.
   *
   * @param latent (B, C, H, W), not scaled
   * @param tiling in image pixels, multiples of the compression
   * @return (B, 3, H * compression, W * compression), about -1..1
   */
  public Tensor decode(Tensor latent, Tiling tiling) {
    Tiling inLatents = tiling.dividedBy(config.compression());
    if (!inLatents.isNeededFor(latent)) {
      return decode(latent);
    }
    return TensorScope.tidy(() -> inLatents.map(latent, tiling, this::decode));
  }

  /**
   * All parameters.
   *
   * @return those of the encoder, then those of the decoder
   */
  public List<Parameter> parameters() {
    return Stream.concat(encoder.parameters().stream(), decoder.parameters().stream()).toList();
  }

  /**
   * The weights of the decoder.
   *
   * @return the last of {@link #parameters}
   */
  public List<Parameter> decoderParameters() {
    return decoder.parameters();
  }

  /**
   * Prepares both halves for weights that do not change any more, see {@link
   * dev.sana4j.nn.Layer#prepare}.
   */
  public void prepare() {
    encoder.prepare();
    decoder.prepare();
  }

  /**
   * Rounds the weights of the decoder's blocks to 8 bits, see {@link dev.sana4j.nn.Layer#quantize};
   * after {@link #prepare}.
   */
  public void quantizeDecoder() {
    decoder.quantizeStages();
  }

  @Override
  public void close() {
    encoder.close();
    decoder.close();
  }
}
