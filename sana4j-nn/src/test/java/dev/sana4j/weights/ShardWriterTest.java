package dev.sana4j.weights;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardWriterTest {
  @TempDir private Path folder;

  private static TensorSpec floats(String name, long count) {
    return new TensorSpec(name, DType.FLOAT32, List.of(count));
  }

  /** Each element of a tensor is the tensor's size. */
  private List<String> write(long mostBytes, TensorSpec... tensors) {
    List<String> asked = new ArrayList<>();
    ShardWriter.write(
        folder,
        "model",
        List.of(tensors),
        mostBytes,
        (tensor, start, count) -> {
          asked.add(tensor.name());
          return Tensors.full((double) tensor.elements(), tensor.dtype(), Device.CPU, count);
        });
    return asked;
  }

  private String[] files() {
    String[] names = folder.toFile().list();
    assertThat(names).isNotNull();
    Arrays.sort(names);
    return names;
  }

  @Test
  void whatFitsIsOneFileWithoutAnIndex() {
    write(1000, floats("a", 100), floats("b", 100));
    assertThat(files()).containsExactly("model.safetensors");
    assertThat(SafetensorsHeader.read(folder.resolve("model.safetensors")).metadata())
        .containsEntry("format", "pt");
  }

  @Test
  void moreIsSeveralFilesInTheOrderOfNames() {
    assertThat(write(800, floats("c", 100), floats("b", 150), floats("a", 50)))
        .containsExactly("a", "b", "c");
    assertThat(files())
        .containsExactly(
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json");
    Path index = folder.resolve("model.safetensors.index.json");
    assertThat(ShardIndex.read(index).shardOf())
        .containsEntry("b", "model-00001-of-00002.safetensors")
        .containsEntry("c", "model-00002-of-00002.safetensors")
        .hasSize(3);
    assertThat(ConfigFile.read(index).object("metadata").integer("total_size")).isEqualTo(1200);
  }

  @Test
  void aTensorLargerThanAFileMayBeHasAFileForItself() {
    write(100, floats("a", 10), floats("b", 1000), floats("c", 10));
    assertThat(files()).hasSize(4).contains("model-00003-of-00003.safetensors");
  }

  @Test
  void shardsReadBackAsOneCheckpoint() {
    write(100, floats("a", 20), floats("b", 30));
    TensorScope.compute(
        () -> {
          try (Checkpoint read = Checkpoint.open(Checkpoint.find(folder, "model", DType.FLOAT32))) {
            assertThat(read.tensor("a"))
                .isCloseTo(Tensors.full(20, DType.FLOAT32, Device.CPU, 20), 0);
            assertThat(read.tensor("b"))
                .isCloseTo(Tensors.full(30, DType.FLOAT32, Device.CPU, 30), 0);
          }
          return null;
        });
  }
}
