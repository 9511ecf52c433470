package dev.sana4j.weights;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.LiveTensors;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path folder;
  private Path file;
  private Tensor one;

  @BeforeEach
  void nameFileAndMakeTensor() {
    file = folder.resolve("model.safetensors");
    one = Tensors.of(new float[] {1}, 1);
  }

  @AfterEach
  void freeTensor() {
    one.close();
  }

  @Test
  void everyTensorLiesAtAMultipleOfItsElementSize() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (DType dtype : DType.values()) {
      for (long size : List.of(1, 3)) {
        tensors.put(dtype + "." + size, Tensors.zeros(dtype, Device.CPU, size));
      }
    }
    SafetensorsWriter.write(file, tensors, Map.of("odd", "length"));

    assertThat(SafetensorsHeader.read(file).entries().values())
        .hasSize(tensors.size())
        .allSatisfy(
            entry ->
                assertThat(entry.offset() % SafetensorsTypes.dtype(file, entry).bytes()).isZero());
    tensors.values().forEach(Tensor::close);
  }

  @Test
  void withoutMetadataTheHeaderHoldsNone() {
    SafetensorsWriter.write(file, Map.of("a", one), Map.of());

    assertThat(SafetensorsHeader.read(file).metadata()).isEmpty();
  }

  @Test
  void theSameTensorsGiveTheSameBytesInAnyOrder() throws IOException {
    try (Tensor two = one.add(1)) {
      Map<String, Tensor> backwards = new LinkedHashMap<>();
      backwards.put("b", two);
      backwards.put("a", one);
      SafetensorsWriter.write(file, backwards, Map.of());
      byte[] first = Files.readAllBytes(file);
      SafetensorsWriter.write(file, Map.of("a", one, "b", two), Map.of());

      assertThat(Files.readAllBytes(file)).isEqualTo(first);
    }
  }

  @Test
  void aMissingFolderIsOneExceptionAndNothingIsLeft() throws IOException {
    Path lost = folder.resolve("missing").resolve("model.safetensors");

    assertThatThrownBy(() -> SafetensorsWriter.write(lost, Map.of("a", one), Map.of()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(lost + " cannot be written");
    assertThat(files()).isEmpty();
  }

  @Test
  void aTargetThatCannotBeReplacedIsKeptAndNothingElseIsLeft() throws IOException {
    Files.createDirectories(file.resolve("content"));

    assertThatThrownBy(() -> SafetensorsWriter.write(file, Map.of("a", one), Map.of()))
        .isInstanceOf(CheckpointException.class);
    assertThat(files()).containsExactly(file);
    assertThat(file.resolve("content")).isDirectory();
  }

  @Test
  void aTensorThatCannotBeReadLeavesTheOldFileAndNothingElse() throws IOException {
    SafetensorsWriter.write(file, Map.of("a", one), Map.of());
    byte[] old = Files.readAllBytes(file);
    Tensor closed = one.add(1);
    closed.close();

    assertThatThrownBy(() -> SafetensorsWriter.write(file, Map.of("a", closed), Map.of()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(files()).containsExactly(file);
    assertThat(Files.readAllBytes(file)).isEqualTo(old);
  }

  @Test
  void metadataWithoutATextIsRefusedBeforeAReaderMeetsIt() throws IOException {
    Map<String, String> metadata = new HashMap<>();
    metadata.put("prompt", null);

    assertThatThrownBy(() -> SafetensorsWriter.write(file, Map.of("a", one), metadata))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("prompt");
    assertThat(files()).isEmpty();
  }

  @Test
  void whoHasTheOldFileOpenKeepsItsValues() {
    SafetensorsWriter.write(file, Map.of("a", one), Map.of());
    try (Checkpoint old = Checkpoint.open(file);
        Tensor two = one.add(1)) {
      SafetensorsWriter.write(file, Map.of("a", two), Map.of());
      try (Checkpoint replaced = Checkpoint.open(file);
          Tensor before = old.tensor("a");
          Tensor after = replaced.tensor("a")) {
        assertThat(before).isCloseTo(new float[] {1}, 0);
        assertThat(after).isCloseTo(new float[] {2}, 0);
      }
    }
  }

  @Test
  void aCheckpointCanBeWrittenOverItself() {
    SafetensorsWriter.write(file, Map.of("a", one), Map.of());
    try (Checkpoint checkpoint = Checkpoint.open(file);
        Tensor mapped = checkpoint.tensor("a")) {
      SafetensorsWriter.write(file, Map.of("renamed", mapped), Map.of());
    }
    try (Checkpoint checkpoint = Checkpoint.open(file);
        Tensor read = checkpoint.tensor("renamed")) {
      assertThat(read).isCloseTo(new float[] {1}, 0);
    }
  }

  @Test
  void writingLeavesNoTensorsInTheCallersScope() {
    TensorScope.compute(
        () -> {
          long before = LiveTensors.count();
          SafetensorsWriter.write(file, Map.of("a", one), Map.of());
          assertThat(LiveTensors.count()).isEqualTo(before);
          return null;
        });
  }

  @Test
  void aTensorThatIsMadeWhileItIsWrittenIsAskedForInPiecesThatCoverIt() {
    long size = (1L << 24) + 3;
    var spec = new TensorSpec("long", DType.INT8, List.of(1L, size));
    List<Long> asked = new ArrayList<>();
    SafetensorsWriter.write(
        file,
        List.of(spec),
        Map.of(),
        (tensor, start, count) -> {
          asked.addAll(List.of(start, count));
          return Tensors.full(asked.size(), DType.INT8, Device.CPU, count);
        });

    assertThat(asked).containsExactly(0L, 1L << 24, 1L << 24, 3L);
    TensorScope.compute(
        () -> {
          try (Checkpoint read = Checkpoint.open(file)) {
            Tensor last = read.tensor("long").narrow(1, size - 4, 4).to(DType.FLOAT32);
            assertThat(last).isCloseTo(Tensors.of(new float[] {2, 4, 4, 4}, 1, 4), 0);
          }
          return null;
        });
  }

  @Test
  void aPieceThatIsNotWhatWasAskedForIsRefusedAndNothingIsLeft() throws IOException {
    var spec = new TensorSpec("a", DType.FLOAT32, List.of(2L));

    assertThatThrownBy(
            () ->
                SafetensorsWriter.write(
                    file, List.of(spec), Map.of(), (tensor, start, count) -> one.add(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 elements");
    assertThat(files()).isEmpty();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> listed = Files.list(folder)) {
      return listed.toList();
    }
  }
}
