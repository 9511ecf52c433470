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

/**
 * The deep compression autoencoder: encoder and decoder, applied to whole images, bands of rows or
 * tiles.
 */
public final class Autoencoder implements AutoCloseable {
  private static final long PIXELS_AT_ONCE = 1L << 19;

  /**
   * Returns the number of image pixels up to which the autoencoder computes an image as a whole.
   * Larger images are computed in bands of rows. With 2-byte dtypes the limit is higher, since they
   * need less memory.
   *
   * @param dtype the dtype that the autoencoder computes in
   * @return the number of pixels
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
   * @param weights the weights to read from
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
   * @param folder a folder with config.json and diffusion_pytorch_model.safetensors
   * @param dtype the dtype to compute in
   * @param device the device to compute on
   * @return the network; the caller closes it
   */
  public static Autoencoder open(Path folder, DType dtype, Device device) {
    return open(folder, dtype, device, Storage.CONVERTED);
  }

  /**
   * Opens a {@code vae/} folder.
   *
   * @param folder a folder with config.json and diffusion_pytorch_model.safetensors
   * @param dtype the dtype to compute in
   * @param device the device to compute on
   * @param storage whether large matrices keep their stored dtype
   * @return the network; the caller closes it
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

  /** Builds a block of one stage of the encoder or decoder. */
  static Layer<Tensor> block(Weights weights, AutoencoderConfig config, Stages stages, int stage) {
    int width = stages.widths().get(stage);
    return stages.blockTypes().get(stage).equals("ResBlock")
        ? new ResBlock(weights, width)
        : new EfficientVitBlock(weights, width, config.headWidth(), stages.scales().get(stage));
  }

  /**
   * Returns the sizes.
   *
   * @return the config that the network was built from
   */
  public AutoencoderConfig config() {
    return config;
  }

  /**
   * Encodes an image to latents.
   *
   * @param image (B, 3, H, W) in -1..1, H and W multiples of the compression
   * @return (B, C, H / compression, W / compression), not scaled
   * @throws TensorException if H or W is not a multiple of the compression
   */
  public Tensor encode(Tensor image) {
    int compression = config.compression();
    if (image.size(2) % compression != 0 || image.size(3) % compression != 0) {
      throw new TensorException(
          "height and width of " + image + " must be multiples of " + compression);
    }
    return encoder.apply(image);
  }

  /**
   * Returns the steps of {@link #encode(Tensor)}, each at most one block long, to run one after the
   * other.
   *
   * @return functions of this network
   */
  public List<UnaryOperator<Tensor>> encoding() {
    List<UnaryOperator<Tensor>> parts = new ArrayList<>(List.of(Tensor::channelsLast));
    encoder.parts().forEach(layer -> parts.add(layer::apply));
    return parts;
  }

  /**
   * Returns the steps of {@link #decode(Tensor)}, each at most one block long, to run one after the
   * other.
   *
   * @return functions of this network
   */
  public List<UnaryOperator<Tensor>> decoding() {
    List<UnaryOperator<Tensor>> parts = new ArrayList<>();
    decoder.parts().forEach(layer -> parts.add(layer::apply));
    return parts;
  }

  /**
   * Encodes an image to latents in tiles.
   *
   * @param image (B, 3, H, W) in -1..1, H and W multiples of the compression
   * @param tiling the tiling in image pixels, in multiples of the compression
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
   * Decodes latents to an image.
   *
   * @param latent (B, C, H, W), not scaled
   * @return (B, 3, H * compression, W * compression), approximately in -1..1
   */
  public Tensor decode(Tensor latent) {
    return decoder.apply(latent);
  }

  /**
   * Decodes latents to an image in tiles.
   *
   * @param latent (B, C, H, W), not scaled
   * @param tiling the tiling in image pixels, in multiples of the compression
   * @return (B, 3, H * compression, W * compression), approximately in -1..1
   */
  public Tensor decode(Tensor latent, Tiling tiling) {
    Tiling inLatents = tiling.dividedBy(config.compression());
    if (!inLatents.isNeededFor(latent)) {
      return decode(latent);
    }
    return TensorScope.tidy(() -> inLatents.map(latent, tiling, this::decode));
  }

  /**
   * Returns all parameters.
   *
   * @return the parameters of the encoder, then those of the decoder
   */
  public List<Parameter> parameters() {
    return Stream.concat(encoder.parameters().stream(), decoder.parameters().stream()).toList();
  }

  /**
   * Returns the parameters of the decoder.
   *
   * @return the last part of {@link #parameters}
   */
  public List<Parameter> decoderParameters() {
    return decoder.parameters();
  }

  /**
   * Prepares both halves for weights that no longer change, see {@link
   * dev.sana4j.nn.Layer#prepare}.
   */
  public void prepare() {
    encoder.prepare();
    decoder.prepare();
  }

  /**
   * Rounds the weights of the decoder's blocks to 8 bits, see {@link dev.sana4j.nn.Layer#quantize}.
   * Call {@link #prepare} first.
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
