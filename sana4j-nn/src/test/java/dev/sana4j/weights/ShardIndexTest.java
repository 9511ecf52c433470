package dev.sana4j.weights;

import static dev.sana4j.weights.UntrustedFile.assertRefused;
import static dev.sana4j.weights.UntrustedFile.write;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardIndexTest {
  private static final String FIRST = "model-00001-of-00002.safetensors";
  private static final String SECOND = "model-00002-of-00002.safetensors";

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void writeShards() {
    file = folder.resolve("model.safetensors.index.json");
    write(folder.resolve(FIRST), "");
    write(folder.resolve(SECOND), "");
  }

  @Test
  void tensorsAreFoundInTheirShards() {
    write(
        file,
        """
        {"metadata": {"total_size": 123, "note": [1]},
         "weight_map": {"b": "%s", "a": "%s", "c": "%s"}, "later": {"field": []}}
        """
            .formatted(SECOND, FIRST, SECOND));
    ShardIndex index = ShardIndex.read(file);

    assertThat(index.shardOf())
        .containsExactly(entry("b", SECOND), entry("a", FIRST), entry("c", SECOND));
    assertThat(index.shards()).containsExactly(folder.resolve(FIRST), folder.resolve(SECOND));
    assertThatThrownBy(() -> index.shardOf().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void namesWithVariantsAreAccepted() {
    String variant = "diffusion_pytorch_model.fp16-00001-of-00001.safetensors";
    write(folder.resolve(variant), "");
    write(file, weightMap("{\"a\":\"" + variant + "\"}"));

    assertThat(ShardIndex.read(file).shards()).containsExactly(folder.resolve(variant));
  }

  @Test
  void missingShardIsNamedAsAnIncompleteDownload() throws IOException {
    Files.delete(folder.resolve(SECOND));

    refused(weightMap("{\"a\":\"%s\",\"b\":\"%s\"}".formatted(FIRST, SECOND)))
        .contains(SECOND, "1 of 2 missing", "the download seems incomplete");
  }

  @Test
  void folderInPlaceOfAShardIsRefused() throws IOException {
    Files.createDirectory(folder.resolve("x.safetensors"));

    refused(weightMap("{\"a\":\"x.safetensors\"}")).contains("incomplete");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../model.safetensors",
        "sub/model.safetensors",
        "sub\\\\model.safetensors",
        "/etc/model.safetensors",
        "C:model.safetensors",
        "..safetensors",
        "a..safetensors",
        ".safetensors",
        "..",
        "",
        "model.bin",
        "model.safetensors.bin",
        "model.safetensors/",
        "model.safetensors\\u0000",
        "model.safetensors\\n",
        "modelsafetensors",
        "model.SAFETENSORS"
      })
  void shardThatIsNotAPlainSafetensorsNameIsRefused(String shard) {
    refused(weightMap("{\"a\":\"" + shard + "\"}")).contains("tensor 'a'", "plain file name");
  }

  @Test
  void overlongShardNameIsRefused() {
    refused(weightMap("{\"a\":\"" + "x".repeat(300) + ".safetensors\"}")).contains("tensor 'a'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"null", "[]", "1", "\"x\"", "{\"a\":1}", "{\"a\":null}", "{\"a\":{}}", "{}"})
  void weightMapOtherThanTextsIsRefused(String map) {
    refused(weightMap(map));
  }

  @Test
  void missingWeightMapIsRefused() {
    refused("{\"metadata\":{}}").contains("weight_map");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "7", "{", "{} {}", "{\"weight_map\":{", "nonsense"})
  void contentOtherThanOneObjectIsRefused(String content) {
    refused(content);
  }

  @Test
  void metadataOtherThanAnObjectIsRefused() {
    refused("{\"metadata\":[],\"weight_map\":{\"a\":\"" + FIRST + "\"}}").contains("metadata");
  }

  @Test
  void duplicatesAreRefused() {
    String pair = "\"a\":\"" + FIRST + "\"";

    refused(weightMap("{" + pair + "," + pair + "}")).contains("Duplicate");
    refused("{\"weight_map\":{" + pair + "},\"weight_map\":{}}").contains("Duplicate");
  }

  @Test
  void deepNestingIsRefused() {
    refused("{\"x\":" + "[".repeat(100_000)).contains("not valid JSON");
    refused("{\"metadata\":{\"x\":" + "{\"x\":".repeat(100_000)).contains("not valid JSON");
  }

  @Test
  void emptyAndOverlongTensorNamesAreRefused() {
    refused(weightMap("{\"\":\"" + FIRST + "\"}")).contains("got 0");
    refused(weightMap("{\"" + "n".repeat(1025) + "\":\"" + FIRST + "\"}")).contains("got 1025");
  }

  @Test
  void fileOfMoreThan64MebibytesIsRefused() throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength((64L << 20) + 1);
    }

    assertRefused(file, () -> ShardIndex.read(file)).contains("too large");
  }

  @Test
  void missingFileIsRefused() {
    assertRefused(file, () -> ShardIndex.read(file)).contains("does not exist");
  }

  private static String weightMap(String map) {
    return "{\"metadata\":{},\"weight_map\":" + map + "}";
  }

  private AbstractStringAssert<?> refused(String content) {
    write(file, content);
    return assertRefused(file, () -> ShardIndex.read(file));
  }
}
