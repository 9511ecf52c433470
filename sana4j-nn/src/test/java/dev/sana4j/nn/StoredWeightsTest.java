package dev.sana4j.nn;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.SafetensorsWriter;
import dev.sana4j.weights.Storage;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoredWeightsTest {
  private static final String NAME = "model";

  @TempDir private Path folder;

  private void write(DType dtype, Map<String, long[]> shapes) {
    TensorScope.compute(
        () -> {
          try (Generator generator = new Generator(1)) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            shapes.forEach((name, shape) -> tensors.put(name, generator.normal(shape).to(dtype)));
            SafetensorsWriter.write(folder.resolve(NAME + ".safetensors"), tensors, Map.of());
            return null;
          }
        });
  }

  private <T> T open(DType dtype, Storage storage, Function<Weights, T> network) {
    return Weights.open(folder, NAME, dtype, Device.CPU, storage, network);
  }

  private static Tensor random(long... shape) {
    try (Generator generator = new Generator(2)) {
      return generator.normal(shape);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void aLargeMatrixStaysAsItIsStoredAndMultipliesInFloat32(DType stored) {
    write(stored, Map.of("weight", new long[] {512, 512}, "bias", new long[] {512}));
    try (Linear kept = open(DType.FLOAT32, Storage.AS_STORED, w -> Linear.load(w, 512, 512));
        Linear converted = open(DType.FLOAT32, Storage.CONVERTED, w -> Linear.load(w, 512, 512))) {
      assertThat(kept.weight().value().dtype()).isEqualTo(stored);
      assertThat(kept.dtype()).isEqualTo(DType.FLOAT32);
      assertThat(converted.weight().value().dtype()).isEqualTo(DType.FLOAT32);
      TensorScope.compute(
          () -> {
            for (long rows : new long[] {1, 300}) {
              Tensor input = random(rows, 512);
              assertThat(kept.apply(input)).isCloseTo(converted.apply(input), 0);
            }
            return null;
          });
    }
  }

  @Test
  void aConvolutionDoesLikewise() {
    write(DType.BFLOAT16, Map.of("weight", new long[] {512, 64, 3, 3}, "bias", new long[] {512}));
    Geometry geometry = Geometry.same(64, 512, 3);
    try (Conv2d kept = open(DType.FLOAT32, Storage.AS_STORED, w -> Conv2d.load(w, geometry));
        Conv2d converted = open(DType.FLOAT32, Storage.CONVERTED, w -> Conv2d.load(w, geometry))) {
      assertThat(kept.parameters().get(0).value().dtype()).isEqualTo(DType.BFLOAT16);
      TensorScope.compute(
          () -> {
            Tensor input = random(1, 64, 8, 8);
            assertThat(kept.apply(input)).isCloseTo(converted.apply(input), 0);
            return null;
          });
    }
  }

  @Test
  void smallOnesAndOtherDtypesAreConverted() {
    write(DType.BFLOAT16, Map.of("weight", new long[] {8, 8}, "bias", new long[] {8}));
    try (Linear small = open(DType.FLOAT32, Storage.AS_STORED, w -> Linear.load(w, 8, 8))) {
      assertThat(small.weight().value().dtype()).isEqualTo(DType.FLOAT32);
    }
    write(DType.FLOAT32, Map.of("weight", new long[] {512, 512}, "bias", new long[] {512}));
    try (Linear rounded = open(DType.BFLOAT16, Storage.AS_STORED, w -> Linear.load(w, 512, 512))) {
      assertThat(rounded.weight().value().dtype()).isEqualTo(DType.BFLOAT16);
      assertThat(rounded.dtype()).isEqualTo(DType.BFLOAT16);
    }
  }

  @Test
  void aPreparedConvolutionOfManyPixelsGivesWhatItGaveBefore() {
    write(DType.FLOAT32, Map.of("weight", new long[] {128, 128, 3, 3}, "bias", new long[] {128}));
    Geometry geometry = Geometry.same(128, 128, 3);
    try (Conv2d plain = open(DType.FLOAT32, Storage.AS_STORED, w -> Conv2d.load(w, geometry));
        Conv2d prepared = open(DType.FLOAT32, Storage.AS_STORED, w -> Conv2d.load(w, geometry))) {
      prepared.prepare();
      TensorScope.compute(
          () -> {
            Tensor input = random(1, 128, 36, 34);
            Tensor expected = plain.apply(input);
            Tensor difference = prepared.apply(input).sub(expected);
            assertThat(difference.norm().item() / expected.norm().item()).isBetween(1e-9, 1e-5);
            return null;
          });
    }
  }
}
