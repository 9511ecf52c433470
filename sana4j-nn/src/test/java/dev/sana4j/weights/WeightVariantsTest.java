package dev.sana4j.weights;

import static dev.sana4j.weights.UntrustedFile.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.DType;
import dev.sana4j.weights.WeightVariants.Variant;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightVariantsTest {
  private static final String POINTER =
      "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";

  @TempDir private Path folder;

  private void files(String... names) {
    for (String name : names) {
      write(folder.resolve(name), "content");
    }
  }

  private void index(String name, String... shards) {
    StringBuilder map = new StringBuilder();
    for (int i = 0; i < shards.length; i++) {
      map.append(i == 0 ? "" : ",").append("\"t%d\":\"%s\"".formatted(i, shards[i]));
    }
    write(folder.resolve(name), "{\"weight_map\":{" + map + "}}");
  }

  private String found(DType wanted) {
    return WeightVariants.find(folder, "m", wanted).getFileName().toString();
  }

  private void assertRefused(String... words) {
    assertThatThrownBy(() -> WeightVariants.find(folder, "m", DType.FLOAT32))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, m.safetensors",
    "BFLOAT16, m.bf16.safetensors",
    "FLOAT16, m.fp16.safetensors",
    "INT8, m.safetensors",
  })
  void theVariantOfTheWantedDtypeIsPreferred(DType wanted, String expected) {
    files("m.safetensors", "m.bf16.safetensors", "m.fp16.safetensors", "m.int4.safetensors");
    assertThat(found(wanted)).isEqualTo(expected);
  }

  @Test
  void shardsArePreferredToASingleFileOfTheSameVariant() {
    files("m.safetensors", "m-00001-of-00001.safetensors");
    index("m.safetensors.index.json", "m-00001-of-00001.safetensors");
    assertThat(found(DType.FLOAT32)).isEqualTo("m.safetensors.index.json");
  }

  @Test
  void anIndexWithoutItsShardsGivesWayToASingleFile() {
    files("m.safetensors");
    index("m.safetensors.index.json", "m-00001-of-00001.safetensors");
    assertThat(found(DType.FLOAT32)).isEqualTo("m.safetensors");
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32", "BFLOAT16", "FLOAT16"})
  void anIndexWithoutItsShardsGivesWayToAWholeVariant(DType wanted) {
    files("m.bf16-00001-of-00002.safetensors", "m.bf16-00002-of-00002.safetensors");
    index("m.safetensors.index.json", "m-00001-of-00002.safetensors");
    index(
        "m.safetensors.index.bf16.json",
        "m.bf16-00001-of-00002.safetensors",
        "m.bf16-00002-of-00002.safetensors");
    assertThat(found(wanted)).isEqualTo("m.safetensors.index.bf16.json");
  }

  @Test
  void pointersOfGitLfsGiveWayToAWholeVariant() {
    write(folder.resolve("m.safetensors"), POINTER);
    files("m.fp16.safetensors");
    assertThat(found(DType.FLOAT32)).isEqualTo("m.fp16.safetensors");
  }

  @Test
  void theNameOfAnOlderIndexIsAlsoRead() {
    files("m.fp16-00001-of-00001.safetensors");
    index("m.fp16.safetensors.index.json", "m.fp16-00001-of-00001.safetensors");
    assertThat(found(DType.FLOAT32)).isEqualTo("m.fp16.safetensors.index.json");
  }

  @Test
  void withoutAWholeVariantTheMissingShardIsNamed() {
    files("m-00002-of-00002.safetensors");
    index(
        "m.safetensors.index.json", "m-00001-of-00002.safetensors", "m-00002-of-00002.safetensors");
    assertThatThrownBy(
            () -> Checkpoint.open(WeightVariants.find(folder, "m", DType.FLOAT32)).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("m-00001-of-00002.safetensors", "1 of 2 missing");
  }

  @Test
  void aVariantInTheNameOfTheFolderDoesNotCount() {
    Path inside = folder.resolve("m.bf16.download");
    assertThat(inside.toFile().mkdir()).isTrue();
    write(inside.resolve("m.safetensors"), "content");
    assertThat(WeightVariants.in(inside, "m")).extracting(Variant::name).containsExactly("");
  }

  @Test
  void unknownVariantsAreNamedButNeverChosen() {
    files("m.int4.safetensors", "m.non_ema.safetensors");
    assertRefused("m.int4.safetensors", "m.non_ema.safetensors", "not int4, non_ema");
  }

  @Test
  void quantizedFilesOfOtherProgramsAreNamed() {
    files("transformer_blocks.safetensors", "unquantized_layers.safetensors");
    assertRefused("Nunchaku");
  }

  @Test
  void ggufFilesAreNamed() {
    files("m.q8_0.gguf");
    assertRefused("m.q8_0.gguf", "quantized with GGUF");
  }

  @Test
  void weightsInOtherFormatsAreNamed() {
    files("pytorch_model.bin");
    assertRefused("pytorch_model.bin", "safetensors");
  }

  @Test
  void anEmptyFolderIsAnIncompleteDownload() {
    assertRefused("expected m.safetensors or m.safetensors.index.json", "is the download complete");
  }

  @Test
  void allVariantsAreListed() {
    files("m.safetensors", "m.int4.safetensors", "other.safetensors", "config.json");
    index("m.safetensors.index.bf16.json", "m.bf16-00001-of-00001.safetensors");
    assertThat(WeightVariants.in(folder, "m"))
        .containsExactly(
            new Variant("", folder.resolve("m.safetensors"), true, true),
            new Variant("bf16", folder.resolve("m.safetensors.index.bf16.json"), false, true),
            new Variant("int4", folder.resolve("m.int4.safetensors"), true, false));
  }

  @Test
  void aMissingFolderHasNoVariants() {
    assertThat(WeightVariants.in(folder.resolve("missing"), "m")).isEmpty();
  }
}
