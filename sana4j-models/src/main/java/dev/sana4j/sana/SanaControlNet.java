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
 * A copy of the first blocks of a SANA transformer that also sees a control image in latent space
 * and steers the transformer by residuals (arXiv 2302.05543).
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
   * @param control (B, C, H, W), the latent of the control image
   * @param scale strength of the control, 1 for full
   */
  public record Input(SanaInput transformer, Tensor control, double scale) {}

  /**
   * Reads the network.
   *
   * @param weights where it is, in the names of the diffusers layout
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
   * @param folder holds config.json and diffusion_pytorch_model.safetensors
   * @param dtype dtype to compute in
   * @param device where to compute
   * @return the network, to be closed by the caller
   */
  public static SanaControlNet open(Path folder, DType dtype, Device device) {
    return open(folder, dtype, device, Storage.CONVERTED);
  }

  /**
   * Opens a {@code controlnet/} folder.
   *
   * @param folder holds config.json and diffusion_pytorch_model.safetensors
   * @param dtype dtype to compute in
   * @param device where to compute
   * @param storage whether large matrices stay as they are stored
   * @return the network, to be closed by the caller
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

  /** To the residuals (N, B, T, width) for {@link SanaInput#residuals}, one a block. */
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
