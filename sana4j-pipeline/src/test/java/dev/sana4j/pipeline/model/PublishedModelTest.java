package dev.sana4j.pipeline.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.pipeline.TinyModel;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.Weights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The networks of the published configs have the tensors of the published files. */
class PublishedModelTest {
  /** {@code text_encoder/model.safetensors.index.json} of all published models. */
  private static final String INDEX_SHA_256 =
      "92764588f700e36874c52f9f05bba143857e5069fc69b14450f907a1cdf879ed";

  private static final String QK_NORM = "rms_norm_across_heads";
  private static final Pattern LAYER = Pattern.compile("layers\\.(\\d+)\\.(.*)\\.weight");
  private static final List<String> ORDER =
      List.of(
          "self_attn.q_proj",
          "self_attn.k_proj",
          "self_attn.v_proj",
          "self_attn.o_proj",
          "mlp.gate_proj",
          "mlp.up_proj",
          "mlp.down_proj",
          "input_layernorm",
          "post_attention_layernorm",
          "pre_feedforward_layernorm",
          "post_feedforward_layernorm");

  @TempDir private Path folder;

  private ModelConfig read(PublishedModel model) throws IOException {
    return ModelConfig.read(model.copyTo(folder));
  }

  private static List<TensorSpec> transformer(ModelConfig config) {
    return Weights.specs(
        DType.FLOAT32, weights -> new SanaTransformer(weights, config.transformer()));
  }

  /** Returns the tensors without the prefix of a causal language model, in the published order. */
  private static List<TensorSpec> textEncoder(ModelConfig config) {
    return Weights.specs(DType.BFLOAT16, weights -> new GemmaEncoder(weights, config.textEncoder()))
        .stream()
        .map(
            tensor ->
                new TensorSpec(
                    tensor.name().replaceFirst("^model\\.", ""), tensor.dtype(), tensor.shape()))
        .sorted(Comparator.comparing(PublishedModelTest::place))
        .toList();
  }

  /** Returns a number that grows with the position of a tensor in the published shards. */
  private static int place(TensorSpec tensor) {
    Matcher layer = LAYER.matcher(tensor.name());
    if (layer.matches()) {
      return ORDER.size() * (1 + Integer.parseInt(layer.group(1))) + ORDER.indexOf(layer.group(2));
    }
    return tensor.name().startsWith("embed") ? 0 : Integer.MAX_VALUE;
  }

  @ParameterizedTest
  @CsvSource({"SANA_600M, 512, 1152, 28, false", "SANA_1_5, 1024, 2240, 20, true"})
  void theConfigsAreReadToThePublishedSizes(
      PublishedModel model, int side, int width, int layers, boolean qkNorm) throws IOException {
    ModelConfig config = read(model);
    assertThat(config.nativeResolution()).isEqualTo(side);
    assertThat(config.transformer().width()).isEqualTo(width);
    assertThat(config.transformer().layers()).isEqualTo(layers);
    assertThat(config.transformer().qkNorm()).isEqualTo(qkNorm);
    assertThat(config.transformer().timestepScale()).isEqualTo(1);
    assertThat(config.transformer().interpolationScale()).isZero();
    assertThat(config.isSprint()).isFalse();
    assertThat(config.sampler()).isEqualTo(new SamplerConfig.Dpm(3.0, 2));
    assertThat(config.textEncoder()).isEqualTo(GemmaConfig.gemma2b());
    assertThat(config.notes()).isEmpty();
  }

  @Test
  void theTransformerHasTheBytesOfThePublishedFile() throws IOException {
    List<TensorSpec> tensors = transformer(read(PublishedModel.SANA_600M));
    assertThat(PublishedModel.fileSize(tensors, "F32", 4)).isEqualTo(2_367_054_536L);
  }

  @ParameterizedTest
  @EnumSource(PublishedModel.class)
  void theAutoencoderHasTheBytesOfThePublishedFile(PublishedModel model) throws IOException {
    ModelConfig config = read(model);
    List<TensorSpec> tensors =
        Weights.specs(DType.FLOAT32, weights -> new Autoencoder(weights, config.autoencoder()));
    assertThat(PublishedModel.fileSize(tensors, "F32", 4)).isEqualTo(1_249_044_836L);
  }

  @Test
  void theTextEncoderHasTheBytesOfThePublishedShards() throws IOException {
    List<List<TensorSpec>> shards =
        PublishedModel.shards(textEncoder(read(PublishedModel.SANA_600M)));
    assertThat(shards)
        .extracting(shard -> PublishedModel.fileSize(shard, "BF16", 2))
        .containsExactly(4_988_024_144L, 240_691_624L);
  }

  @Test
  void theNamesOfTheTextEncoderAreThoseOfThePublishedIndex()
      throws IOException, NoSuchAlgorithmException {
    String index =
        PublishedModel.index(PublishedModel.shards(textEncoder(read(PublishedModel.SANA_1_5))));
    byte[] bytes = index.getBytes(StandardCharsets.UTF_8);
    assertThat(bytes).hasSize(22_495);
    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)))
        .isEqualTo(INDEX_SHA_256);
  }

  @ParameterizedTest
  @CsvSource({
    "SANA_600M, 28, 591876896",
    "SANA_1_5, 20, 1604641952",
    "SANA_1_5, 60, 4721825952",
  })
  void aTransformerWithNormalizedQueriesHasThePublishedNumberOfParameters(
      PublishedModel model, int layers, long parameters) throws IOException {
    model.copyTo(folder);
    Path json = folder.resolve("transformer/config.json");
    TinyModel.edit(json, config -> config.put("num_layers", layers).put("qk_norm", QK_NORM));
    List<TensorSpec> tensors = transformer(ModelConfig.read(ModelFolder.open(folder)));
    assertThat(tensors.stream().mapToLong(TensorSpec::elements).sum()).isEqualTo(parameters);
  }
}
