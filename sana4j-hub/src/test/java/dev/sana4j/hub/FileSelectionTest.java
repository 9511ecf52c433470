package dev.sana4j.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.folder.ModelFolder.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FileSelectionTest {
  private static final String T = "transformer/diffusion_pytorch_model";

  private static List<HubFile> files(String... paths) {
    return Arrays.stream(paths).map(path -> new HubFile(path, 1, "a".repeat(40))).toList();
  }

  private static List<String> needed(@Nullable String variant, String... paths) {
    HubId id = HubId.parse("org/name");
    return new FileSelection(id, files(paths), variant)
        .pipeline().stream().map(HubFile::path).toList();
  }

  private static List<String> needed(@Nullable String variant, List<String> weights) {
    List<String> all = new ArrayList<>(List.of("model_index.json", "transformer/config.json"));
    all.addAll(weights);
    List<String> chosen = new ArrayList<>(needed(variant, all.toArray(String[]::new)));
    assertThat(chosen).contains("model_index.json", "transformer/config.json");
    chosen.removeIf(path -> !path.contains("diffusion_pytorch_model"));
    return chosen;
  }

  @Test
  void bfloat16ComesBeforeFloat32AndThatBeforeFloat16() {
    String plain = T + ".safetensors";
    String half = T + ".fp16.safetensors";
    String brain = T + ".bf16.safetensors";
    assertThat(needed(null, List.of(half, plain, brain))).containsExactly(brain);
    assertThat(needed(null, List.of(half, plain))).containsExactly(plain);
    assertThat(needed(null, List.of(half))).containsExactly(half);
    assertThat(needed("fp16", List.of(half, plain, brain))).containsExactly(half);
    assertThat(needed("", List.of(half, plain, brain))).containsExactly(plain);
  }

  @Test
  void shardsComeWithTheirIndexInBothWaysToNameThem() {
    List<String> shards =
        List.of(
            T + ".safetensors.index.json",
            T + "-00001-of-00002.safetensors",
            T + "-00002-of-00002.safetensors");
    assertThat(needed(null, shards)).containsExactlyInAnyOrderElementsOf(shards);
    List<String> variant =
        List.of(
            T + ".safetensors.index.bf16.json",
            T + ".bf16-00001-of-00002.safetensors",
            T + ".bf16-00002-of-00002.safetensors");
    List<String> older =
        List.of(
            T + ".safetensors.index.fp16.json",
            T + "-00001-of-00002.fp16.safetensors",
            T + "-00002-of-00002.fp16.safetensors");
    List<String> all = new ArrayList<>(shards);
    all.addAll(variant);
    all.addAll(older);
    assertThat(needed(null, all)).containsExactlyInAnyOrderElementsOf(variant);
    assertThat(needed("fp16", all)).containsExactlyInAnyOrderElementsOf(older);
  }

  @Test
  void otherKindsOfWeightsAndOtherFilesStayWhereTheyAre() {
    assertThat(
            needed(
                null,
                "model_index.json",
                "README.md",
                "LICENSE.txt",
                "assets/teaser.png",
                "checkpoints/model.pth",
                "tokenizer/tokenizer.json",
                "tokenizer/special_tokens_map.json",
                "tokenizer/tokenizer.model",
                "safety_checker/model.safetensors",
                "text_encoder/config.json",
                "text_encoder/model.safetensors",
                "text_encoder/pytorch_model.bin",
                "text_encoder/model.onnx"))
        .containsExactlyInAnyOrder(
            "model_index.json",
            "README.md",
            "LICENSE.txt",
            "tokenizer/tokenizer.json",
            "tokenizer/special_tokens_map.json",
            "tokenizer/tokenizer.model",
            "text_encoder/config.json",
            "text_encoder/model.safetensors");
  }

  @Test
  void anAutoencoderAloneHasItsFilesAtTheTop() {
    List<HubFile> files =
        files("config.json", "README.md", "diffusion_pytorch_model.safetensors", "x/y.bin");
    assertThat(new FileSelection(HubId.parse("org/vae"), files, null).network(Part.VAE))
        .extracting(HubFile::path)
        .containsExactlyInAnyOrder(
            "config.json", "README.md", "diffusion_pytorch_model.safetensors");
  }

  @Test
  void anIndexWithoutAllItsShardsIsIgnored() {
    List<String> half = List.of(T + ".safetensors.index.json", T + "-00001-of-00002.safetensors");
    List<String> all = new ArrayList<>(half);
    all.add(T + ".fp16.safetensors");
    assertThat(needed(null, all)).containsExactly(T + ".fp16.safetensors");
    assertThatThrownBy(() -> needed(null, half)).hasMessageContaining("no safetensors");
  }

  @Test
  void aPartWithoutTheVariantIsSelectedWithoutOne() {
    String[] paths = {
      "model_index.json",
      T + ".fp16.safetensors",
      T + ".safetensors",
      "text_encoder/model.safetensors"
    };
    assertThat(needed("fp16", paths))
        .contains(T + ".fp16.safetensors", "text_encoder/model.safetensors")
        .doesNotContain(T + ".safetensors");
    var selection = new FileSelection(HubId.parse("org/name"), files(paths), "fp16");
    assertThat(selection.partsWithoutVariant()).containsExactly(Part.TEXT_ENCODER);
  }

  @Test
  void theCheckpointIsTheOneNamedLikeTheRepositoryElseTheOnlyOne() {
    assertThat(checkpoint("README.md", "checkpoints/other.pth")).hasValue("checkpoints/other.pth");
    assertThat(checkpoint("checkpoints/a.pth", "checkpoints/Name.pth"))
        .hasValue("checkpoints/Name.pth");
    assertThat(checkpoint("name.safetensors", "name.pth")).hasValue("name.pth");
    assertThat(checkpoint("README.md", "a/b/c.pth")).isEmpty();
    assertThatThrownBy(() -> checkpoint("checkpoints/a.pth", "checkpoints/b.pth"))
        .hasMessageContaining("several checkpoints")
        .hasMessageContaining("hf://org/name/checkpoints/a.pth");
  }

  private static Optional<String> checkpoint(String... paths) {
    return new FileSelection(HubId.parse("org/name"), files(paths), null)
        .checkpoint()
        .map(HubFile::path);
  }

  @Test
  void weightsOfAnotherKindAloneAreRefusedByName() {
    assertThatThrownBy(() -> needed(null, List.of(T + ".bin")))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("no safetensors in transformer/");
    assertThatThrownBy(() -> needed("bf16", List.of(T + ".fp16.safetensors", T + ".safetensors")))
        .hasMessageContaining("no variant 'bf16'")
        .hasMessageContaining("'fp16'")
        .hasMessageContaining("the default variant");
  }
}
