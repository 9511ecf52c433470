package dev.sana4j.clip;

import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Storage;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;

/**
 * Both towers of CLIP. The cosine of the vectors of a text and an image says how well they match.
 */
public final class ClipModel extends Layer<Tensor> {
  private final ClipConfig config;
  private final ClipTextTower text;
  private final ClipImageTower image;
  private final Parameter logScale;

  /**
   * Reads the network.
   *
   * @param weights the weights to read from
   * @param config the sizes
   */
  public ClipModel(Weights weights, ClipConfig config) {
    this.config = config;
    text = own(new ClipTextTower(weights, config));
    image = own(new ClipImageTower(weights, config));
    logScale = own(weights.asStored().parameter("logit_scale"));
  }

  /**
   * Opens a folder in the layout of transformers.
   *
   * @param folder a folder with config.json and model.safetensors, in one file or sharded
   * @param dtype the dtype to compute in
   * @param device the device to compute on
   * @return the network; the caller closes it
   * @throws dev.sana4j.weights.CheckpointException if a file is missing or damaged, or does not fit
   */
  public static ClipModel open(Path folder, DType dtype, Device device) {
    ClipConfig config = ClipConfig.read(ConfigFile.read(folder.resolve("config.json")));
    return Weights.open(
        folder,
        "model",
        dtype,
        device,
        Storage.CONVERTED,
        weights -> new ClipModel(weights, config));
  }

  /**
   * Returns the sizes.
   *
   * @return the config that the network was built from
   */
  public ClipConfig config() {
    return config;
  }

  /** Maps normalized images (B, 3, side, side) to vectors of length 1, (B, projection), float32. */
  @Override
  protected Tensor forward(Tensor images) {
    return unit(image.apply(images));
  }

  /**
   * Maps texts to vectors.
   *
   * @param ids int64 (B, L), each text with an end token
   * @param end the id of the end token
   * @return (B, projection), each of length 1, float32, owned by the current scope
   */
  public Tensor embedTexts(Tensor ids, int end) {
    return TensorScope.tidy(() -> unit(text.apply(new ClipTextTower.Input(ids, end))));
  }

  /**
   * Returns the scaled cosines of images and texts.
   *
   * @param images (B, projection), vectors of images
   * @param texts (T, projection), vectors of texts
   * @return (B, T), float32, owned by the current scope
   */
  public Tensor logits(Tensor images, Tensor texts) {
    return TensorScope.tidy(
        () -> images.matmul(texts.transpose(0, 1)).mul(logScale.value().to(DType.FLOAT32).exp()));
  }

  private static Tensor unit(Tensor vectors) {
    Tensor exact = vectors.to(DType.FLOAT32);
    return exact.div(Functional.length(exact));
  }
}
