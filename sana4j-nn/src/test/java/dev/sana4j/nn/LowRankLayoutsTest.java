package dev.sana4j.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.TensorSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The layouts of the tools that people train with. */
class LowRankLayoutsTest {
  private static final String DOWN = ".lora_A.weight";
  private static final String UP = ".lora_B.weight";

  @TempDir private Path folder;

  private LoraFile file() {
    return new LoraFile(folder.resolve("style.safetensors"));
  }

  private LoraFile toQ() {
    return file().pair("attn.to_q" + DOWN, "attn.to_q" + UP);
  }

  private static void assertRefused(LoraFile file, String... parts) {
    assertThatThrownBy(() -> file.load().close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("style.safetensors: ")
        .hasMessageContainingAll(parts);
  }

  private static void assertUpdates(LoraFile file, String... paths) {
    try (LowRankAdapters adapters = file.load()) {
      assertThat(adapters.updates().keySet()).containsExactlyInAnyOrder(paths);
    }
  }

  @ParameterizedTest
  @CsvSource({
    ".lora_A.weight, .lora_B.weight",
    ".lora_A.default.weight, .lora_B.default.weight",
    ".lora_A.style-1.weight, .lora_B.style-1.weight",
    ".lora_A, .lora_B",
    ".lora_down.weight, .lora_up.weight",
    ".lora.down.weight, .lora.up.weight",
    ".lora_linear_layer.down.weight, .lora_linear_layer.up.weight",
  })
  void theMatricesHaveTheNamesOfAnyTool(String down, String up) {
    assertUpdates(file().pair("attn.to_q" + down, "attn.to_q" + up), "attn.to_q");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "attn.to_q",
        "transformer.attn.to_q",
        "diffusion_model.attn.to_q",
        "model.diffusion_model.attn.to_q",
        "transformer.base_model.model.attn.to_q",
        "lora_transformer.attn.to_q",
        "lora_unet_attn_to_q",
        "lora_unet__attn_to_q",
        "lora_transformer_attn_to_q",
        "lora_transformer_transformer_attn_to_q",
        "lycoris_attn_to_q",
      })
  void theLayerHasThePrefixOfAnyTool(String name) {
    assertUpdates(file().pair(name + DOWN, name + UP), "attn.to_q");
  }

  @Test
  void oneUpdateOfSeveralLayersIsSplitByItsOutputs() {
    float[] rows = PlainLoops.random(5, 24);
    LoraFile fused =
        file()
            .with("lora_unet_block_qkv.lora_down.weight", PlainLoops.random(6, 6), 2, 3)
            .with("lora_unet_block_qkv.lora_up.weight", rows, 12, 2);
    try (LowRankAdapters adapters = fused.load()) {
      assertThat(adapters.updates().keySet())
          .containsExactly("attn.to_k", "attn.to_q", "attn.to_v");
      assertThat(values(adapters, "attn.to_k.lora_B.weight"))
          .containsExactly(Arrays.copyOfRange(rows, 8, 16));
      assertThat(values(adapters, "attn.to_v.lora_A.weight"))
          .containsExactly(PlainLoops.random(6, 6));
    }
  }

  private static float[] values(LowRankAdapters adapters, String ending) {
    return adapters.parameters().stream()
        .filter(each -> each.name().endsWith(ending))
        .findFirst()
        .orElseThrow()
        .value()
        .toFloats();
  }

  @Test
  void aNameThatCanMeanTwoLayersIsRefused() {
    Path file = folder.resolve("style.safetensors");
    new LoraFile(file).pair("lora_unet_a_b_c" + DOWN, "lora_unet_a_b_c" + UP).write();
    LayerNames names =
        LayerNames.of(
            List.of(
                new TensorSpec("a_b.c.weight", DType.FLOAT32, List.of(4L, 3L)),
                new TensorSpec("a.b_c.weight", DType.FLOAT32, List.of(4L, 3L))),
            List.of());
    assertThatThrownBy(() -> LowRankAdapters.load(file, Device.CPU, names))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("lora_unet_a_b_c can mean a_b.c or a.b_c");
  }

  @Test
  void aLayerGivenTwiceIsRefused() {
    assertRefused(
        toQ().pair("lora_unet_attn_to_q.lora_down.weight", "lora_unet_attn_to_q.lora_up.weight"),
        "attn.to_q is given twice, by attn.to_q and lora_unet_attn_to_q");
    assertRefused(
        toQ().ones("block.qkv" + DOWN, 2, 3).ones("block.qkv" + UP, 12, 2),
        "attn.to_q is given twice");
    assertRefused(toQ().ones("attn.to_q.lora_down.weight", 2, 3), "attn.to_q is given twice");
  }

  @Test
  void severalAdaptersInOneFileAreRefused() {
    assertRefused(
        file()
            .pair("attn.to_q.lora_A.one.weight", "attn.to_q.lora_B.one.weight")
            .pair("attn.to_k.lora_A.two.weight", "attn.to_k.lora_B.two.weight"),
        "expected one adapter, got one, two");
  }

  @ParameterizedTest
  @CsvSource({
    "lora_te_layers_0_q_proj.lora_down.weight, updates of the text encoder",
    "text_encoder.layers.0.q_proj.lora_A.weight, updates of the text encoder",
    "lycoris_attn_to_k.hada_w1_a, LoHa",
    "lycoris_attn_to_k.lokr_w1, LoKr",
    "attn.to_k.oft_blocks, OFT",
    "attn.to_k.oft_R.weight, OFT",
    "attn.to_k.ia3_l, (IA)3",
    "lycoris_attn_to_k.on_input, (IA)3",
    "attn.to_k.a1.weight, GLoRA",
    "attn.to_k.vera_lambda_b, VeRA",
    "ff.conv_depth.lora_mid.weight, for larger convolutions",
    "attn.to_k.diff, whole differences of weights",
    "attn.to_k.diff_b, whole differences of weights",
    "norm.w_norm, updates of norms",
    "attn.to_q.lora_B.bias, biases",
    "attn.to_q.bias, biases",
    "proj_out.weight, whole weights",
    "bundle_emb.word.gemma, trained words",
  })
  void tensorsThatAreNotOfALoraAreNamedAsWhatTheyAre(String name, String kind) {
    assertRefused(toQ().ones(name, 2, 2), kind + " (tensors: 1, such as " + name);
  }

  private static void assertRefusedLayer(LoraFile file, String part) {
    assertRefused(file, "the LoRA does not fit the network: ", part);
  }

  @Test
  void depthwiseConvolutionsAreRefusedByName() {
    String problem = "ff.conv_depth is a convolution of 3x3";
    assertRefusedLayer(
        toQ().ones("ff.conv_depth" + DOWN, 2, 1, 1, 1).ones("ff.conv_depth" + UP, 6, 2, 1, 1),
        problem);
    assertRefusedLayer(
        toQ().ones("mlp.depth_conv.conv" + DOWN, 2, 9).ones("mlp.depth_conv.conv" + UP, 6, 2),
        problem);
  }

  @Test
  void normsAndUnknownLayersAreRefusedByName() {
    assertRefusedLayer(toQ().pair("norm" + DOWN, "norm" + UP), "has no linear layer norm");
    assertRefusedLayer(toQ().pair("absent" + DOWN, "absent" + UP), "has no linear layer absent");
    assertRefused(
        file().pair("lora_unet_down_blocks_0" + DOWN, "lora_unet_down_blocks_0" + UP),
        "is it made for this kind of model?");
  }

  @Test
  void theMatricesOfPointwiseConvolutionsMayBeKernels() {
    String layer = "lora_unet_ff_conv_inverted";
    assertUpdates(
        file()
            .ones(layer + ".lora_down.weight", 2, 3, 1, 1)
            .ones(layer + ".lora_up.weight", 6, 2, 1, 1),
        "ff.conv_inverted");
    assertUpdates(file().ones(layer + DOWN, 2, 3).ones(layer + UP, 6, 2), "ff.conv_inverted");
    assertRefused(
        file().ones(layer + DOWN, 2, 3, 3, 3).ones(layer + UP, 6, 2),
        "has shape [2, 3, 3, 3], expected a matrix, or the kernels of a 1x1 convolution");
  }

  @Test
  void aMissingMatrixIsNamedAsTheToolNamesIt() {
    assertRefused(
        toQ().ones("lora_unet_attn_to_k.lora_up.weight", 4, 2),
        "missing lora_unet_attn_to_k.lora_down.weight");
    assertRefused(toQ().ones("attn.to_k.alpha"), "missing attn.to_k.lora_down");
  }

  @ParameterizedTest
  @CsvSource({
    "<!DOCTYPE html><html></html>, this is a web page",
    "' \n<html>', this is a web page",
    "PK\u0003\u0004 and more, this is a zip archive or a PyTorch checkpoint",
    "'', the file is empty",
  })
  void filesThatAreNotSafetensorsAreNamedAsWhatTheyAre(String content, String kind)
      throws IOException {
    Path file = folder.resolve("style.safetensors");
    Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> LowRankAdapters.load(file, Device.CPU, LoraFile.NAMES))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("style.safetensors: " + kind);
  }

  @Test
  void aBarePickleIsNamedAsWhatItIs() throws IOException {
    Path file = Files.write(folder.resolve("style.safetensors"), new byte[] {(byte) 0x80, 2, '}'});
    assertThatThrownBy(() -> LowRankAdapters.load(file, Device.CPU, LoraFile.NAMES))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("this is a Python pickle");
  }
}
