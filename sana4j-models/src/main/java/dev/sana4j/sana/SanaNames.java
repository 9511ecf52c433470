package dev.sana4j.sana;

import dev.sana4j.nn.LayerNames;
import dev.sana4j.weights.TensorNames;
import dev.sana4j.weights.TensorNames.Link;
import dev.sana4j.weights.TensorSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names of SANA's tensors in its original checkpoints and in the diffusers layout.
 *
 * <p>They are those of the public conversion scripts of diffusers: convert_sana_to_diffusers.py and
 * convert_sana_controlnet_to_diffusers.py.
 */
public final class SanaNames {
  private static final String GUIDED_TIME = "time_embed.timestep_embedder";
  private static final String PLAIN_TIME = "time_embed.emb.timestep_embedder";
  private static final String WEIGHT = ".weight";

  private final TensorNames names = new TensorNames();

  private SanaNames() {}

  /**
   * Returns the names of a transformer.
   *
   * @param guided whether the transformer has the guidance scale as an input, as in SANA-Sprint
   * @return the names of all its tensors
   */
  public static TensorNames transformer(boolean guided) {
    SanaNames sana = new SanaNames();
    sana.addStem(guided);
    sana.addBlock("blocks.#");
    sana.names.add("final_layer.linear.*", "proj_out.*");
    sana.names.add("final_layer.scale_shift_table", "scale_shift_table");
    return sana.names;
  }

  /**
   * Returns the names of a ControlNet, whose file also holds the transformer it steers.
   *
   * @return the names of the tensors of the ControlNet
   */
  public static TensorNames controlNet() {
    SanaNames sana = new SanaNames();
    sana.addStem(false);
    sana.names.add("controlnet.0.before_proj.*", "input_block.*");
    sana.addBlock("controlnet.#.copied_block");
    sana.names.add("controlnet.#.after_proj.*", "controlnet_blocks.#.*");
    return sana.names;
  }

  /**
   * Returns the layers of a transformer that adapters can change, under their names in the
   * diffusers layout and in the original checkpoints.
   *
   * @param parameters the parameters of the transformer
   * @return the names
   */
  public static LayerNames layers(List<TensorSpec> parameters) {
    boolean guided =
        parameters.stream().anyMatch(parameter -> parameter.name().startsWith(GUIDED_TIME));
    TensorNames names = transformer(guided);
    Map<String, LayerNames.Alias> aliases = new LinkedHashMap<>();
    for (TensorSpec parameter : parameters) {
      Link link = parameter.name().endsWith(WEIGHT) ? names.ofConverted(parameter.name()) : null;
      if (link != null) {
        List<String> paths = link.converted().stream().map(SanaNames::path).toList();
        String name = path(link.original());
        aliases.put(name, new LayerNames.Alias(name, paths));
      }
    }
    return LayerNames.of(parameters, List.copyOf(aliases.values()));
  }

  /**
   * Returns the layers of a transformer that adapters can change.
   *
   * @param transformer the transformer
   * @return the names, as from {@link #layers(List)}
   */
  public static LayerNames layers(SanaTransformer transformer) {
    return layers(
        transformer.parameters().stream()
            .map(parameter -> TensorSpec.of(parameter.name(), parameter.value()))
            .toList());
  }

  private static String path(String weight) {
    return weight.substring(0, weight.length() - WEIGHT.length());
  }

  private void addStem(boolean guided) {
    String time = guided ? GUIDED_TIME : PLAIN_TIME;
    names.add("x_embedder.proj.*", "patch_embed.proj.*");
    names.add("y_embedder.y_proj.fc1.*", "caption_projection.linear_1.*");
    names.add("y_embedder.y_proj.fc2.*", "caption_projection.linear_2.*");
    names.add("t_embedder.mlp.0.*", time + ".linear_1.*");
    names.add("t_embedder.mlp.2.*", time + ".linear_2.*");
    if (guided) {
      names.add("cfg_embedder.mlp.0.*", "time_embed.guidance_embedder.linear_1.*");
      names.add("cfg_embedder.mlp.2.*", "time_embed.guidance_embedder.linear_2.*");
    }
    names.add("t_block.1.*", "time_embed.linear.*");
    names.add("attention_y_norm.weight", "caption_norm.weight");
  }

  private void addBlock(String block) {
    String to = "transformer_blocks.#";
    names.add(block + ".scale_shift_table", to + ".scale_shift_table");
    names.add(
        block + ".attn.qkv.*", to + ".attn1.to_q.*", to + ".attn1.to_k.*", to + ".attn1.to_v.*");
    names.add(block + ".attn.proj.*", to + ".attn1.to_out.0.*");
    names.add(block + ".cross_attn.q_linear.*", to + ".attn2.to_q.*");
    names.add(block + ".cross_attn.kv_linear.*", to + ".attn2.to_k.*", to + ".attn2.to_v.*");
    names.add(block + ".cross_attn.proj.*", to + ".attn2.to_out.0.*");
    addNorms(block + ".attn", to + ".attn1");
    addNorms(block + ".cross_attn", to + ".attn2");
    names.add(block + ".mlp.inverted_conv.conv.*", to + ".ff.conv_inverted.*");
    names.add(block + ".mlp.depth_conv.conv.*", to + ".ff.conv_depth.*");
    names.add(block + ".mlp.point_conv.conv.*", to + ".ff.conv_point.*");
  }

  private void addNorms(String attention, String to) {
    names.add(attention + ".q_norm.weight", to + ".norm_q.weight");
    names.add(attention + ".k_norm.weight", to + ".norm_k.weight");
  }
}
