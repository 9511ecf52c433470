package dev.sana4j.weights;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static dev.sana4j.weights.UntrustedFile.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardedCheckpointTest {
  private static final String FIRST = "m-00001-of-00002.safetensors";
  private static final String SECOND = "m-00002-of-00002.safetensors";

  @TempDir Path folder;
  private Path index;

  @BeforeEach
  void nameIndex() {
    index = folder.resolve("m.safetensors.index.json");
  }

  @Test
  void tensorsAndMetadataOfAllShardsAreOneCheckpoint() {
    shard(FIRST, "a", "b");
    shard(SECOND, "c");
    index("a", FIRST, "b", FIRST, "c", SECOND);
    try (Checkpoint checkpoint = Checkpoint.open(index);
        Tensor b = checkpoint.tensor("b");
        Tensor c = checkpoint.tensor("c")) {
      assertThat(checkpoint.names()).containsExactlyInAnyOrder("a", "b", "c");
      assertThat(b).isCloseTo(new float[] {'b'}, 0);
      assertThat(c).isCloseTo(new float[] {'c'}, 0);
      assertThat(checkpoint.metadata()).containsKeys("of " + FIRST, "of " + SECOND);
      assertThat(checkpoint.description()).isEqualTo(index.toString());
    }
  }

  @Test
  void aTensorInTwoShardsIsRefused() {
    shard(FIRST, "a", "b");
    shard(SECOND, "b");
    index("a", FIRST, "b", SECOND);

    refused(folder.resolve(SECOND)).contains("tensor b is in two shards");
  }

  @Test
  void aTensorThatNoShardHoldsIsRefused() {
    shard(FIRST, "a");
    shard(SECOND, "b");
    index("a", FIRST, "b", SECOND, "c", SECOND);

    assertIndexDoesNotFit();
  }

  @Test
  void aTensorThatTheIndexDoesNotListIsRefused() {
    shard(FIRST, "a", "hidden");
    shard(SECOND, "b");
    index("a", FIRST, "b", SECOND);

    assertIndexDoesNotFit();
  }

  private void assertIndexDoesNotFit() {
    assertThatThrownBy(() -> Checkpoint.open(index).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(index + " does not list the tensors that its shards contain");
  }

  @Test
  void aMissingShardIsRefused() throws IOException {
    shard(FIRST, "a");
    shard(SECOND, "b");
    index("a", FIRST, "b", SECOND);
    Files.delete(folder.resolve(SECOND));

    refused(index).contains(SECOND);
  }

  @Test
  void aDamagedShardIsNamed() throws IOException {
    shard(FIRST, "a");
    Files.write(folder.resolve(SECOND), new byte[] {1, 2, 3});
    index("a", FIRST, "b", SECOND);

    refused(folder.resolve(SECOND)).contains("got a file of 3");
  }

  private AbstractStringAssert<?> refused(Path named) {
    return assertRefused(named, () -> Checkpoint.open(index).close());
  }

  /** A file of one-element tensors, each with the first letter of its name as value. */
  private void shard(String name, String... tensors) {
    TensorScope.compute(
        () -> {
          Map<String, Tensor> content = new LinkedHashMap<>();
          for (String tensor : tensors) {
            content.put(tensor, Tensors.of(new float[] {tensor.charAt(0)}, 1));
          }
          SafetensorsWriter.write(folder.resolve(name), content, Map.of("of " + name, "yes"));
          return null;
        });
  }

  private void index(String... tensorsAndShards) {
    StringBuilder map = new StringBuilder();
    for (int i = 0; i < tensorsAndShards.length; i += 2) {
      map.append(i == 0 ? "" : ",")
          .append("\"%s\":\"%s\"".formatted(tensorsAndShards[i], tensorsAndShards[i + 1]));
    }
    UntrustedFile.write(index, "{\"metadata\":{\"total_size\":4},\"weight_map\":{" + map + "}}");
  }
}
