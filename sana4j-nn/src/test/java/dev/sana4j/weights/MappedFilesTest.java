package dev.sana4j.weights;

import static dev.sana4j.testkit.TensorAssert.assertThat;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFilesTest {
  private static final String NAME = "model";
  private static final float[] VALUES = {1, -2, 3, 0.5f};

  @TempDir Path folder;

  @BeforeEach
  void writeWeights() {
    write(folder.resolve(NAME + ".safetensors"), VALUES);
  }

  private static void write(Path file, float[] values) {
    TensorScope.compute(
        () -> {
          SafetensorsWriter.write(file, Map.of("a", Tensors.of(values, 2, 2)), Map.of());
          return null;
        });
  }

  private Parameter load(DType dtype) {
    return Weights.open(
        folder,
        NAME,
        dtype,
        Device.CPU,
        Storage.CONVERTED,
        weights -> weights.parameter("a", 2, 2));
  }

  private MappedFiles files(Parameter parameter, DType dtype) {
    return MappedFiles.of(folder, NAME, dtype, List.of(parameter));
  }

  @Test
  void releasedWeightsAreReadAgain() {
    try (Parameter parameter = load(DType.FLOAT32)) {
      MappedFiles files = files(parameter, DType.FLOAT32);

      files.release();
      files.release();

      assertThat(parameter.value()).hasShape(2, 2).isCloseTo(VALUES, 0);
    }
  }

  @Test
  void whatWasConvertedStays() {
    try (Parameter parameter = load(DType.BFLOAT16)) {
      files(parameter, DType.BFLOAT16).release();

      assertThat(parameter.value()).isCloseTo(VALUES, 0);
    }
  }

  @Test
  void aFileThatChangedIsNotReadAgain() throws IOException {
    try (Parameter parameter = load(DType.FLOAT32)) {
      MappedFiles files = files(parameter, DType.FLOAT32);
      Path file = folder.resolve(NAME + ".safetensors");
      Path other = folder.resolve("other");
      write(other, new float[] {9, 9, 9, 9});
      Files.setLastModifiedTime(other, FileTime.fromMillis(1));
      Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);

      files.release();

      assertThat(parameter.value()).isCloseTo(VALUES, 0);
    }
  }

  @Test
  void aViewTakenBeforeKeepsItsElements() {
    try (Parameter parameter = load(DType.FLOAT32)) {
      TensorScope.compute(
          () -> {
            Tensor row = parameter.value().narrow(0, 1, 1);
            files(parameter, DType.FLOAT32).release();
            assertThat(row).isCloseTo(new float[] {3, 0.5f}, 0);
            return null;
          });
    }
  }
}
