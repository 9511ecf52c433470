package dev.sana4j.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
        .needed().stream().map(HubFile::path).toList();
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
            "LICENSE.txt",
            "tokenizer/tokenizer.json",
            "tokenizer/special_tokens_map.json",
            "tokenizer/tokenizer.model",
            "text_encoder/config.json",
            "text_encoder/model.safetensors");
  }

  @Test
  void anAutoencoderAloneHasItsFilesAtTheTop() {
    assertThat(
            needed(
                null, "config.json", "README.md", "diffusion_pytorch_model.safetensors", "x/y.bin"))
        .containsExactlyInAnyOrder("config.json", "diffusion_pytorch_model.safetensors");
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

  @Test
  void anOriginalCheckpointIsNamedWithTheTwinInTheOtherLayout() {
    HubId id = HubId.parse("Efficient-Large-Model/Sana_Sprint_1.6B_1024px_teacher");
    List<HubFile> files = files("README.md", "checkpoints/teacher.pth");
    assertThatThrownBy(() -> new FileSelection(id, files, null).needed())
        .hasMessageContaining("SANA_Sprint_1.6B_1024px_teacher_diffusers")
        .hasMessageContaining("sana pull " + id + " checkpoints/teacher.pth");
  }
}
