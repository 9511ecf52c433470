package dev.sana4j.convert;

import dev.sana4j.weights.TensorNames;

/**
 * The names of the autoencoder's tensors in its original checkpoints and in the diffusers layout.
 *
 * <p>They are those of convert_dcae_to_diffusers.py, a public conversion script of diffusers.
 */
final class AutoencoderNames {
  private final TensorNames names = new TensorNames();

  private AutoencoderNames() {}

  /**
   * Returns the names of an autoencoder.
   *
   * @param unshuffled whether its encoder shrinks by moving pixels to channels
   * @param firstStage whether its outermost stages have blocks
   */
  static TensorNames of(boolean unshuffled, boolean firstStage) {
    String inner = firstStage ? "" : ".conv";
    AutoencoderNames autoencoder = new AutoencoderNames();
    TensorNames names = autoencoder.names;
    String input = firstStage ? "conv" : unshuffled ? "conv.conv" : "conv";
    names.add("encoder.project_in." + input + ".*", "encoder.conv_in" + inner + ".*");
    autoencoder.addStages("encoder.stages.#.op_list.#", "encoder.down_blocks.#.#");
    names.add(
        "encoder.stages.#.op_list.#.main." + (unshuffled ? "conv.conv" : "conv") + ".*",
        "encoder.down_blocks.#.#.conv.*");
    names.add("encoder.project_out.main.op_list.0.conv.*", "encoder.conv_out.*");
    names.add("decoder.project_in.main.conv.*", "decoder.conv_in.*");
    autoencoder.addStages("decoder.stages.#.op_list.#", "decoder.up_blocks.#.#");
    names.add("decoder.stages.#.op_list.#.main.conv.conv.*", "decoder.up_blocks.#.#.conv.*");
    names.add("decoder.project_out.op_list.0.*", "decoder.norm_out.*");
    names.add(
        "decoder.project_out.op_list.2.conv" + inner + ".*", "decoder.conv_out" + inner + ".*");
    return names;
  }

  private void addStages(String block, String to) {
    names.add(block + ".main.conv1.conv.*", to + ".conv1.*");
    names.add(block + ".main.conv2.conv.*", to + ".conv2.*");
    names.add(block + ".main.conv2.norm.*", to + ".norm.*");
    String attention = block + ".context_module.main";
    names.addPointwise(
        attention + ".qkv.conv.weight",
        to + ".attn.to_q.weight",
        to + ".attn.to_k.weight",
        to + ".attn.to_v.weight");
    names.add(attention + ".aggreg.#.0.weight", to + ".attn.to_qkv_multiscale.#.proj_in.weight");
    names.add(attention + ".aggreg.#.1.weight", to + ".attn.to_qkv_multiscale.#.proj_out.weight");
    names.addPointwise(attention + ".proj.conv.weight", to + ".attn.to_out.weight");
    names.add(attention + ".proj.norm.*", to + ".attn.norm_out.*");
    String convolution = block + ".local_module.main";
    names.add(convolution + ".inverted_conv.conv.*", to + ".conv_out.conv_inverted.*");
    names.add(convolution + ".depth_conv.conv.*", to + ".conv_out.conv_depth.*");
    names.add(convolution + ".point_conv.conv.*", to + ".conv_out.conv_point.*");
    names.add(convolution + ".point_conv.norm.*", to + ".conv_out.norm.*");
  }
}
