package dev.sana4j.sana;

import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Linear;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Storage;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The linear diffusion transformer: maps noisy latents, a timestep and a text to a prediction.
 *
 * <p>One class implements SANA 1.0, SANA 1.5 and the Sprint teacher (query-key norm), the Sprint
 * student (guidance embedding), 2K and 4K models (position embedding) and any patch size. The
 * config selects the variant.
 */
public final class SanaTransformer extends Layer<SanaInput> {
  private static final double FINAL_NORM_EPS = 1e-6;

  private final SanaConfig config;
  private final SanaStem stem;
  private final List<SanaBlock> blocks = new ArrayList<>();
  private final Parameter scaleShiftTable;
  private final Linear output;

  /**
   * Reads the network.
   *
   * @param weights the weights to read from, with the names of the diffusers layout
   * @param config the sizes and the variant
   */
  public SanaTransformer(Weights weights, SanaConfig config) {
    this.config = config;
    int width = config.width();
    int patch = config.patchSize();
    stem = own(new SanaStem(weights, config));
    for (int i = 0; i < config.layers(); i++) {
      blocks.add(own(new SanaBlock(weights.at("transformer_blocks").at(i), config)));
    }
    scaleShiftTable = own(weights.parameter("scale_shift_table", 2, width));
    output = own(Linear.load(weights.at("proj_out"), width, patch * patch * config.outChannels()));
  }

  /**
   * Opens a {@code transformer/} folder.
   *
   * @param folder a folder with config.json and diffusion_pytorch_model.safetensors, in one file or
   *     sharded
   * @param dtype the dtype to compute in
   * @param device the device to compute on
   * @return the network; the caller closes it
   */
  public static SanaTransformer open(Path folder, DType dtype, Device device) {
    return open(folder, dtype, device, Storage.CONVERTED);
  }

  /**
   * Opens a {@code transformer/} folder.
   *
   * @param folder a folder with config.json and diffusion_pytorch_model.safetensors, in one file or
   *     sharded
   * @param dtype the dtype to compute in
   * @param device the device to compute on
   * @param storage whether large matrices keep their stored dtype
   * @return the network; the caller closes it
   */
  public static SanaTransformer open(Path folder, DType dtype, Device device, Storage storage) {
    return open(folder, TransformerConfig.open(folder).network(), dtype, device, storage);
  }

  /**
   * Opens the weights of a {@code transformer/} folder.
   *
   * @param folder a folder with diffusion_pytorch_model.safetensors, in one file or sharded
   * @param config the sizes and the variant
   * @param dtype the dtype to compute in
   * @param device the device to compute on
   * @param storage whether large matrices keep their stored dtype
   * @return the network; the caller closes it
   */
  public static SanaTransformer open(
      Path folder, SanaConfig config, DType dtype, Device device, Storage storage) {
    return Weights.open(
        folder,
        "diffusion_pytorch_model",
        dtype,
        device,
        storage,
        weights -> new SanaTransformer(weights, config));
  }

  /**
   * Rounds the weights of the blocks to 8 bits, see {@link Layer#quantize}. The layers before and
   * after the blocks keep their precision: they cost little, and the whole image passes through
   * them.
   */
  public void quantizeBlocks() {
    blocks.forEach(Layer::quantize);
  }

  /**
   * Returns the sizes and the variant.
   *
   * @return the config that the network was built from
   */
  public SanaConfig config() {
    return config;
  }

  /**
   * Returns the dtype that the arguments must have, except for the timesteps.
   *
   * @return the dtype of the weights
   */
  public DType dtype() {
    return output.dtype();
  }

  /** Computes the prediction (B, out channels, H, W). */
  @Override
  protected Tensor forward(SanaInput input) {
    Tensor time = stem.time(input);
    SanaBlock.Condition condition = stem.condition(input, time);
    Tensor tokens = // (B, T, width)
        chain(
            stem.apply(input.latents()),
            depth(),
            (i, hidden) -> block(i, hidden, condition, input.residuals()));
    return unpatchify(tokens, time, condition.grid());
  }

  /**
   * Computes the output of every block and the prediction, to locate where a difference starts.
   *
   * @param input the arguments
   * @return one (B, T, width) per block, before any ControlNet residual, and (B, out channels, H,
   *     W); owned by the current scope
   */
  public List<Tensor> trace(SanaInput input) {
    return TensorScope.tidyAll(
        () -> {
          Tensor time = stem.time(input);
          SanaBlock.Condition condition = stem.condition(input, time);
          Tensor tokens = stem.apply(input.latents());
          List<Tensor> outputs = new ArrayList<>();
          for (int i = 0; i < blocks.size(); i++) {
            outputs.add(blocks.get(i).apply(new SanaBlock.Input(tokens, condition)));
            tokens = withResidual(outputs.get(i), i, input.residuals());
          }
          outputs.add(unpatchify(tokens, time, condition.grid()));
          return outputs;
        });
  }

  /**
   * Computes the outputs of some blocks without computing later blocks. The outputs have
   * derivatives.
   *
   * @param input the arguments, without ControlNet residuals
   * @param wanted the numbers of the blocks from 0, in ascending order
   * @return a (B, T, width) for each block; owned by the current scope
   */
  public List<Tensor> features(SanaInput input, List<Integer> wanted) {
    return TensorScope.tidyAll(
        () -> {
          SanaBlock.Condition condition = stem.condition(input, stem.time(input));
          Tensor tokens = stem.apply(input.latents());
          List<Tensor> found = new ArrayList<>();
          for (int i = 0; found.size() < wanted.size(); i++) {
            tokens = block(i, tokens, condition, null);
            if (wanted.get(found.size()) == i) {
              found.add(tokens);
            }
          }
          return found;
        });
  }

  /**
   * Embeds the timesteps and adds the embedded guidance scale if the network has this input.
   *
   * @param times (B), as the network receives them
   * @param guidance (B), as the network receives it; null for a network without that input
   * @return (B, width)
   */
  public Tensor embeddedTime(Tensor times, @Nullable Tensor guidance) {
    return stem.time(times, guidance);
  }

  /**
   * Returns the input side of the network.
   *
   * @return a part of this network
   */
  public SanaStem stem() {
    return stem;
  }

  /**
   * Returns the number of blocks.
   *
   * @return at least 1
   */
  public int depth() {
    return blocks.size();
  }

  /**
   * Computes one block and adds the residual of a ControlNet to its output.
   *
   * @param index the index of the block, from 0
   * @param tokens (B, T, width)
   * @param condition the arguments that all blocks share
   * @param residuals see {@link SanaInput#residuals}
   * @return (B, T, width)
   */
  public Tensor block(
      int index, Tensor tokens, SanaBlock.Condition condition, @Nullable Tensor residuals) {
    Tensor output = blocks.get(index).apply(new SanaBlock.Input(tokens, condition));
    return withResidual(output, index, residuals);
  }

  /** The first residual belongs to the second block, because the ControlNet is one block behind. */
  private static Tensor withResidual(Tensor output, int index, @Nullable Tensor residuals) {
    if (residuals == null || index == 0 || index > residuals.size(0)) {
      return output;
    }
    return output.add(residuals.narrow(0, index - 1, 1).flatten(0, 1)); // (B, T, width)
  }

  /**
   * Computes the output layer.
   *
   * @param tokens (B, T, width), from the last block
   * @param time (B, width), from {@link SanaStem#time(SanaInput)}
   * @param grid the arrangement of the tokens
   * @return the prediction (B, out channels, H, W)
   */
  public Tensor unpatchify(Tensor tokens, Tensor time, Grid grid) {
    List<Tensor> two = time.unsqueeze(1).add(scaleShiftTable.value()).chunk(2, 1);
    Tensor shift = two.get(0); // (B, 1, width)
    Tensor scale = two.get(1);
    Tensor normalized = Functional.layerNorm(tokens, FINAL_NORM_EPS);
    int patch = config.patchSize();
    return output
        .apply(Modulation.modulate(normalized, shift, scale)) // (B, T, p * p * C)
        .reshape(-1, grid.height(), grid.width(), patch, patch, config.outChannels())
        .permute(0, 5, 1, 3, 2, 4) // (B, C, H, p, W, p)
        .reshape(-1, config.outChannels(), grid.height() * patch, grid.width() * patch);
  }
}
