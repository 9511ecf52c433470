package dev.sana4j.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Maps the names of a network's tensors between its original checkpoint and the diffusers layout.
 *
 * <p>Names are those of the public conversion scripts of diffusers: convert_sana_to_diffusers.py,
 * convert_sana_controlnet_to_diffusers.py and convert_dcae_to_diffusers.py.
 */
final class TensorNames {
  private static final String GUIDED_TIME = "time_embed.timestep_embedder";
  private static final String PLAIN_TIME = "time_embed.emb.timestep_embedder";

  private final List<Rule> rules = new ArrayList<>();

  /**
   * An original tensor and the converted tensors it is split into, in order.
   *
   * @param original the original name
   * @param converted the names of its equal parts along the first dimension
   * @param pointwise whether the original is a 1x1 convolution and the converted tensors are
   *     matrices
   */
  record Link(String original, List<String> converted, boolean pointwise) {}

  /**
   * Names with a {@code #} for each number and one {@code *} for {@code weight} or {@code bias}.
   */
  private record Rule(String original, List<String> converted, boolean pointwise) {
    @Nullable Link of(String name, String pattern) {
      Matcher matcher = regex(pattern).matcher(name);
      if (!matcher.matches()) {
        return null;
      }
      return new Link(
          filled(original, matcher),
          converted.stream().map(each -> filled(each, matcher)).toList(),
          pointwise);
    }

    private static Pattern regex(String pattern) {
      return Pattern.compile(
          ("\\Q" + pattern + "\\E")
              .replace("#", "\\E(0|[1-9]\\d{0,4})\\Q")
              .replace("*", "\\E(weight|bias)\\Q"));
    }

    private static String filled(String pattern, Matcher found) {
      String name = pattern;
      for (int group = 1; group <= found.groupCount(); group++) {
        name = name.replaceFirst("[#*]", found.group(group));
      }
      return name;
    }
  }

  private TensorNames() {}

  /**
   * Returns the link of a tensor of an original checkpoint; null if the network has none of this
   * name.
   */
  @Nullable Link ofOriginal(String name) {
    for (Rule rule : rules) {
      Link link = rule.of(name, rule.original());
      if (link != null) {
        return link;
      }
    }
    return null;
  }

  /**
   * Returns the link of a tensor in the diffusers layout; null if the network has none of this
   * name.
   */
  @Nullable Link ofConverted(String name) {
    for (Rule rule : rules) {
      for (String pattern : rule.converted()) {
        Link link = rule.of(name, pattern);
        if (link != null) {
          return link;
        }
      }
    }
    return null;
  }

  /** Names of a transformer. */
  static TensorNames transformer(boolean guided) {
    TensorNames names = new TensorNames();
    names.addStem(guided);
    names.addBlock("blocks.#");
    names.add("final_layer.linear.*", "proj_out.*");
    names.add("final_layer.scale_shift_table", "scale_shift_table");
    return names;
  }

  /** A ControlNet, whose file also holds the transformer it steers. */
  static TensorNames controlNet() {
    TensorNames names = new TensorNames();
    names.addStem(false);
    names.add("controlnet.0.before_proj.*", "input_block.*");
    names.addBlock("controlnet.#.copied_block");
    names.add("controlnet.#.after_proj.*", "controlnet_blocks.#.*");
    return names;
  }

  private void addStem(boolean guided) {
    String time = guided ? GUIDED_TIME : PLAIN_TIME;
    add("x_embedder.proj.*", "patch_embed.proj.*");
    add("y_embedder.y_proj.fc1.*", "caption_projection.linear_1.*");
    add("y_embedder.y_proj.fc2.*", "caption_projection.linear_2.*");
    add("t_embedder.mlp.0.*", time + ".linear_1.*");
    add("t_embedder.mlp.2.*", time + ".linear_2.*");
    if (guided) {
      add("cfg_embedder.mlp.0.*", "time_embed.guidance_embedder.linear_1.*");
      add("cfg_embedder.mlp.2.*", "time_embed.guidance_embedder.linear_2.*");
    }
    add("t_block.1.*", "time_embed.linear.*");
    add("attention_y_norm.weight", "caption_norm.weight");
  }

  private void addBlock(String block) {
    String to = "transformer_blocks.#";
    add(block + ".scale_shift_table", to + ".scale_shift_table");
    add(block + ".attn.qkv.*", to + ".attn1.to_q.*", to + ".attn1.to_k.*", to + ".attn1.to_v.*");
    add(block + ".attn.proj.*", to + ".attn1.to_out.0.*");
    add(block + ".cross_attn.q_linear.*", to + ".attn2.to_q.*");
    add(block + ".cross_attn.kv_linear.*", to + ".attn2.to_k.*", to + ".attn2.to_v.*");
    add(block + ".cross_attn.proj.*", to + ".attn2.to_out.0.*");
    addNorms(block + ".attn", to + ".attn1");
    addNorms(block + ".cross_attn", to + ".attn2");
    add(block + ".mlp.inverted_conv.conv.*", to + ".ff.conv_inverted.*");
    add(block + ".mlp.depth_conv.conv.*", to + ".ff.conv_depth.*");
    add(block + ".mlp.point_conv.conv.*", to + ".ff.conv_point.*");
  }

  private void addNorms(String attention, String to) {
    add(attention + ".q_norm.weight", to + ".norm_q.weight");
    add(attention + ".k_norm.weight", to + ".norm_k.weight");
  }

  /**
   * An autoencoder.
   *
   * @param unshuffled whether its encoder shrinks by moving pixels to channels
   * @param firstStage whether its outermost stages have blocks
   */
  static TensorNames autoencoder(boolean unshuffled, boolean firstStage) {
    String inner = firstStage ? "" : ".conv";
    TensorNames names = new TensorNames();
    String input = firstStage ? "conv" : unshuffled ? "conv.conv" : "conv";
    names.add("encoder.project_in." + input + ".*", "encoder.conv_in" + inner + ".*");
    names.addStages("encoder.stages.#.op_list.#", "encoder.down_blocks.#.#");
    names.add(
        "encoder.stages.#.op_list.#.main." + (unshuffled ? "conv.conv" : "conv") + ".*",
        "encoder.down_blocks.#.#.conv.*");
    names.add("encoder.project_out.main.op_list.0.conv.*", "encoder.conv_out.*");
    names.add("decoder.project_in.main.conv.*", "decoder.conv_in.*");
    names.addStages("decoder.stages.#.op_list.#", "decoder.up_blocks.#.#");
    names.add("decoder.stages.#.op_list.#.main.conv.conv.*", "decoder.up_blocks.#.#.conv.*");
    names.add("decoder.project_out.op_list.0.*", "decoder.norm_out.*");
    names.add(
        "decoder.project_out.op_list.2.conv" + inner + ".*", "decoder.conv_out" + inner + ".*");
    return names;
  }

  private void addStages(String block, String to) {
    add(block + ".main.conv1.conv.*", to + ".conv1.*");
    add(block + ".main.conv2.conv.*", to + ".conv2.*");
    add(block + ".main.conv2.norm.*", to + ".norm.*");
    String attention = block + ".context_module.main";
    addPointwise(
        attention + ".qkv.conv.weight",
        to + ".attn.to_q.weight",
        to + ".attn.to_k.weight",
        to + ".attn.to_v.weight");
    add(attention + ".aggreg.#.0.weight", to + ".attn.to_qkv_multiscale.#.proj_in.weight");
    add(attention + ".aggreg.#.1.weight", to + ".attn.to_qkv_multiscale.#.proj_out.weight");
    addPointwise(attention + ".proj.conv.weight", to + ".attn.to_out.weight");
    add(attention + ".proj.norm.*", to + ".attn.norm_out.*");
    String convolution = block + ".local_module.main";
    add(convolution + ".inverted_conv.conv.*", to + ".conv_out.conv_inverted.*");
    add(convolution + ".depth_conv.conv.*", to + ".conv_out.conv_depth.*");
    add(convolution + ".point_conv.conv.*", to + ".conv_out.conv_point.*");
    add(convolution + ".point_conv.norm.*", to + ".conv_out.norm.*");
  }

  private void add(String original, String... converted) {
    rules.add(new Rule(original, List.of(converted), false));
  }

  private void addPointwise(String original, String... converted) {
    rules.add(new Rule(original, List.of(converted), true));
  }
}
