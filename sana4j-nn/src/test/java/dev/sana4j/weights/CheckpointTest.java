package dev.sana4j.weights;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static dev.sana4j.weights.UntrustedFile.assertRefused;
import static dev.sana4j.weights.UntrustedFile.tensor;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  private static final float[] VALUES = {1.5f, -2, 0.25f, 1e30f, -0.0f, 3};

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("model.safetensors");
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void everyDtypeComesBackBitForBit(DType dtype) {
    TensorScope.compute(
        () -> {
          Tensor written = Tensors.of(new float[] {0, 1, 1, 0, 1, 1}, 2, 3).to(dtype);
          SafetensorsWriter.write(file, Map.of("x", written), Map.of());
          try (Checkpoint checkpoint = Checkpoint.open(file)) {
            Tensor read = checkpoint.tensor("x");
            assertThat(read.dtype()).isEqualTo(dtype);
            assertThat(read).hasShape(2, 3);
            assertThat(read.toBytes()).containsExactly(written.toBytes());
          }
          return null;
        });
  }

  @Test
  void tensorsOfAllDtypesShareAFile() {
    TensorScope.compute(
        () -> {
          Map<String, Tensor> tensors = new LinkedHashMap<>();
          for (DType dtype : DType.values()) {
            tensors.put(dtype.toString(), Tensors.of(new float[] {0, 1, 1}, 3).to(dtype));
          }
          SafetensorsWriter.write(file, tensors, Map.of());
          try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertThat(checkpoint.names()).isEqualTo(tensors.keySet());
            tensors.forEach(
                (name, tensor) ->
                    assertThat(checkpoint.tensor(name).toBytes()).isEqualTo(tensor.toBytes()));
          }
          return null;
        });
  }

  @Test
  void scalarsAndEmptyTensorsKeepTheirShape() {
    TensorScope.compute(
        () -> {
          write(
              Map.of(
                  "scalar", Tensors.full(7, DType.FLOAT32, Device.CPU),
                  "empty", Tensors.zeros(DType.FLOAT32, Device.CPU, 3, 0),
                  "byte", Tensors.zeros(DType.UINT8, Device.CPU, 1),
                  "none", Tensors.zeros(DType.BFLOAT16, Device.CPU, 0)));
          try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertThat(checkpoint.tensor("scalar")).hasShape().isCloseTo(new float[] {7}, 0);
            assertThat(checkpoint.tensor("empty")).hasShape(3, 0);
            assertThat(checkpoint.tensor("none")).hasShape(0);
            assertThat(checkpoint.tensor("none").dtype()).isEqualTo(DType.BFLOAT16);
          }
          return null;
        });
  }

  @Test
  void aFileWithoutTensorsIsAnEmptyCheckpoint() {
    write(Map.of());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.names()).isEmpty();
    }
  }

  @Test
  void namesAndMetadataKeepEveryCharacter() {
    String name = "blöcke.重み.🙂 \"quoted\"\\\n";
    Map<String, String> metadata = Map.of("format", "pt", "prompt", "ein \"Bild\"\n\t画像 🙂\\");
    try (Tensor value = Tensors.of(VALUES, 6)) {
      SafetensorsWriter.write(file, Map.of(name, value), metadata);
    }
    try (Checkpoint checkpoint = Checkpoint.open(file);
        Tensor read = checkpoint.tensor(name)) {
      assertThat(checkpoint.names()).containsExactly(name);
      assertThat(checkpoint.metadata()).isEqualTo(metadata);
      assertThat(read).isCloseTo(VALUES, 0);
    }
  }

  @Test
  void viewsWithGapsAreWrittenInRowMajorOrder() {
    TensorScope.compute(
        () -> {
          Tensor matrix = Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
          write(Map.of("t", matrix.transpose(0, 1), "n", matrix.narrow(1, 1, 1)));
          try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertThat(checkpoint.tensor("t"))
                .hasShape(3, 2)
                .isCloseTo(new float[] {1, 4, 2, 5, 3, 6}, 0);
            assertThat(checkpoint.tensor("n")).hasShape(2, 1).isCloseTo(new float[] {2, 5}, 0);
          }
          return null;
        });
  }

  @Test
  @EnabledOnOs(OS.LINUX) // where a private mapping shows later writes to pages not yet changed
  void anAlignedTensorIsAViewOfTheFile() {
    long dataStart = handMade(0);
    try (Checkpoint checkpoint = Checkpoint.open(file);
        Tensor view = checkpoint.tensor("x")) {
      assertThat(dataStart % 4).isZero();
      overwrite(dataStart, 42);
      assertThat(view.toFloats()[0]).isEqualTo(42);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aMisalignedTensorIsACopyWithTheRightValues(int shift) {
    long dataStart = handMade(shift);
    try (Checkpoint checkpoint = Checkpoint.open(file);
        Tensor copy = checkpoint.tensor("x")) {
      assertThat(dataStart % 4).isEqualTo(shift);
      overwrite(dataStart, 42);
      assertThat(copy).hasShape(2, 3).isCloseTo(VALUES, 0);
    }
  }

  @Test
  void tensorsOutliveTheirCheckpoint() {
    handMade(0);
    Checkpoint checkpoint = Checkpoint.open(file);
    try (Tensor view = checkpoint.tensor("x")) {
      checkpoint.close();
      assertThat(view).isCloseTo(VALUES, 0);
      assertThat(checkpoint.contains("x")).isFalse();
      assertThatThrownBy(() -> checkpoint.tensor("x")).isInstanceOf(CheckpointException.class);
    }
  }

  @Test
  void aCheckpointOutlivesTheScopeItWasOpenedIn() {
    handMade(0);
    List<Checkpoint> opened = new ArrayList<>();
    TensorScope.compute(() -> opened.add(Checkpoint.open(file)));
    try (Checkpoint checkpoint = opened.get(0);
        Tensor view = checkpoint.tensor("x")) {
      assertThat(view).isCloseTo(VALUES, 0);
    }
  }

  @Test
  void anAbsentTensorIsRefusedByName() {
    handMade(0);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.contains("y")).isFalse();
      assertRefused(file, () -> discard(checkpoint, "y")).contains("tensor y does not exist");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"F8_E4M3", "F8_E5M2"})
  void aDtypeSanaCannotComputeWithIsRefusedOnlyWhenRead(String dtype) {
    String json =
        "{\"x\":" + tensor(dtype, "[2]", 0, 2) + ",\"y\":" + tensor("U8", "[1]", 2, 3) + "}";
    UntrustedFile.write(file, UntrustedFile.safetensors(json, 3));
    try (Checkpoint checkpoint = Checkpoint.open(file);
        Tensor fine = checkpoint.tensor("y")) {
      assertThat(fine).hasShape(1);
      assertRefused(file, () -> discard(checkpoint, "x")).contains("tensor x has dtype " + dtype);
    }
  }

  @Test
  void anUnknownDtypeIsRefusedWhenOpened() {
    String json = "{\"x\":" + tensor("F4", "[2]", 0, 1) + "}";
    UntrustedFile.write(file, UntrustedFile.safetensors(json, 1));

    assertRefused(file, () -> Checkpoint.open(file).close()).contains("F4");
  }

  @Test
  void aTruncatedFileIsRefusedWhenOpened() throws IOException {
    handMade(0);
    try (RandomAccessFile shorter = new RandomAccessFile(file.toFile(), "rw")) {
      shorter.setLength(shorter.length() - 1);
    }

    assertRefused(file, () -> Checkpoint.open(file).close()).contains("truncated");
  }

  @Test
  void tensorsBeyondTwoGibibytesAreReached() throws IOException {
    long hole = 2_400_000_000L;
    assumeTrue(Files.getFileStore(folder).getUsableSpace() > hole, "needs room for a sparse file");
    String json =
        "{\"hole\":"
            + tensor("U8", "[" + hole + "]", 0, hole)
            + ",\"x\":"
            + tensor("F32", "[2,3]", hole, hole + 24)
            + "}";
    byte[] header = padded(json, 0);
    UntrustedFile.write(file, header);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(header.length + hole);
      sparse.seek(header.length + hole);
      sparse.write(littleEndian(VALUES));
    }
    assumeTrue(isSparse(), "needs a file system with sparse files");
    try (Checkpoint checkpoint = Checkpoint.open(file);
        Tensor zeros = checkpoint.tensor("hole");
        Tensor end = zeros.narrow(0, hole - 2, 2);
        Tensor behind = checkpoint.tensor("x")) {
      assertThat(zeros).hasShape(hole);
      assertThat(end.toBytes()).containsExactly(0, 0);
      assertThat(behind).hasShape(2, 3).isCloseTo(VALUES, 0);
    } finally {
      Files.delete(file);
    }
  }

  /** Blocks on disk, as du counts them: a few for a sparse file. */
  private boolean isSparse() throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return false;
    }
    Process du = new ProcessBuilder("du", "-k", file.toString()).redirectErrorStream(true).start();
    String answer = new String(du.getInputStream().readAllBytes(), UTF_8);
    return answer.matches("\\d{1,4}\\s[\\s\\S]*"); // less than 10 MB
  }

  @Test
  void anIndexIsPreferredToASingleFile() throws IOException {
    Path index = Files.createFile(folder.resolve("m.safetensors.index.json"));
    Path single = Files.createFile(folder.resolve("m.safetensors"));

    assertThat(Checkpoint.find(folder, "m", DType.FLOAT32)).isEqualTo(index);
    Files.delete(index);
    assertThat(Checkpoint.find(folder, "m", DType.FLOAT32)).isEqualTo(single);
    Files.delete(single);
    assertThatThrownBy(() -> Checkpoint.find(folder, "m", DType.FLOAT32))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(folder.toString(), "m.safetensors", "m.safetensors.index.json");
  }

  @Test
  void theVariantOfTheWantedDtypeComesFirst() throws IOException {
    Path plain = Files.createFile(folder.resolve("m.safetensors"));
    Path half = Files.createFile(folder.resolve("m.bf16.safetensors"));
    Path index = Files.createFile(folder.resolve("m.safetensors.index.fp16.json"));

    assertThat(Checkpoint.find(folder, "m", DType.FLOAT32)).isEqualTo(plain);
    assertThat(Checkpoint.find(folder, "m", DType.BFLOAT16)).isEqualTo(half);
    assertThat(Checkpoint.find(folder, "m", DType.FLOAT16)).isEqualTo(index);
    Files.delete(plain);
    assertThat(Checkpoint.find(folder, "m", DType.FLOAT32)).isEqualTo(half);
  }

  /**
   * Writes a float32 tensor x with its data this many bytes after a multiple of 8; returns its
   * position.
   */
  private long handMade(int shift) {
    byte[] header = padded("{\"x\":" + tensor("F32", "[2,3]", 0, 24) + "}", shift);
    ByteBuffer content = ByteBuffer.allocate(header.length + 24).put(header);
    UntrustedFile.write(file, content.put(littleEndian(VALUES)).array());
    return header.length;
  }

  /** Returns length and header; the header's end is this many bytes after a multiple of 8. */
  private static byte[] padded(String json, int shift) {
    int spaces = Math.floorMod(shift - json.length(), 8);
    return UntrustedFile.safetensors(json + " ".repeat(spaces), 0);
  }

  private static byte[] littleEndian(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return buffer.array();
  }

  private void overwrite(long place, float value) {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.seek(place);
      opened.write(littleEndian(value));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(Map<String, Tensor> tensors) {
    SafetensorsWriter.write(file, tensors, Map.of());
  }

  private static void discard(Checkpoint checkpoint, String name) {
    checkpoint.tensor(name).close();
  }
}
