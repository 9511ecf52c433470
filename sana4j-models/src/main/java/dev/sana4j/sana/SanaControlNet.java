package dev.sana4j.sana;

import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Linear;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.Storage;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A copy of the first blocks of a SANA transformer that also receives a control image in latent
 * space. It steers the transformer with residuals (arXiv 2302.05543).
 */
public final class SanaControlNet extends Layer<SanaControlNet.Input> {
  private final SanaStem stem;
  private final Linear inputProjection;
  private final List<SanaBlock> blocks = new ArrayList<>();
  private final List<Linear> projections = new ArrayList<>();

  /**
   * The arguments.
   *
   * @param transformer the arguments of the transformer
   * @param control (B, C, H, W), the latents of the control image
   * @param scale strength of the control, 1 for full strength
   */
  public record Input(SanaInput transformer, Tensor control, double scale) {}

  /**
   * Reads the network.
   *
   * @param weights the weights to read from, with the names of the diffusers layout
   * @param config the sizes
   */
  public SanaControlNet(Weights weights, SanaConfig config) {
    int width = config.width();
    stem = own(new SanaStem(weights, config));
    inputProjection = own(Linear.load(weights.at("input_block"), width, width));
    for (int i = 0; i < config.layers(); i++) {
      blocks.add(own(new SanaBlock(weights.at("transformer_blocks").at(i), config)));
      projections.add(own(Linear.load(weights.at("controlnet_blocks").at(i), width, width)));
    }
  }

  /**
   * Opens a {@code controlnet/} folder.
   *
   * @param folder a folder with config.json and diffusion_pytorch_model.safetensors
   * @param dtype the dtype to compute in
   * @param device the device to compute on
   * @return the network; the caller closes it
   */
  public static SanaControlNet open(Path folder, DType dtype, Device device) {
    return open(folder, dtype, device, Storage.CONVERTED);
  }

  /**
   * Opens a {@code controlnet/} folder.
   *
   * @param folder a folder with config.json and diffusion_pytorch_model.safetensors
   * @param dtype the dtype to compute in
   * @param device the device to compute on
   * @param storage whether large matrices keep their stored dtype
   * @return the network; the caller closes it
   */
  public static SanaControlNet open(Path folder, DType dtype, Device device, Storage storage) {
    SanaConfig config = SanaConfig.read(ConfigFile.read(folder.resolve("config.json")));
    return Weights.open(
        folder,
        "diffusion_pytorch_model",
        dtype,
        device,
        storage,
        weights -> new SanaControlNet(weights, config));
  }

  /** Computes the residuals (N, B, T, width) for {@link SanaInput#residuals}, one per block. */
  @Override
  protected Tensor forward(Input input) {
    SanaInput arguments = input.transformer();
    SanaBlock.Condition condition = stem.condition(arguments, stem.time(arguments));
    Tensor tokens =
        stem.apply(arguments.latents()).add(inputProjection.apply(stem.apply(input.control())));
    List<Tensor> residuals = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      tokens = blocks.get(i).apply(new SanaBlock.Input(tokens, condition));
      residuals.add(projections.get(i).apply(tokens).mul(input.scale()));
    }
    return Tensors.stack(residuals, 0);
  }
}
