package dev.sana4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorTest {
  private static final float[] SIX = {1, 2, 3, 4, 5, 6};

  @Test
  void valuesGoInAndComeOutInRowMajorOrder() {
    try (Tensor tensor = Tensors.of(SIX, 2, 3);
        Tensor transposed = tensor.transpose(0, 1)) {
      assertThat(tensor.toFloats()).containsExactly(SIX);
      assertThat(transposed.shape()).containsExactly(3, 2);
      assertThat(transposed.toFloats()).containsExactly(1, 4, 2, 5, 3, 6);
    }
  }

  @Test
  void valuesThatDoNotFillTheShapeAreRefused() {
    assertThatThrownBy(() -> Tensors.of(SIX, 4))
        .isInstanceOf(TensorException.class)
        .hasMessage("6 values do not fit the shape [4]");
  }

  @Test
  void everyDtypeKeepsSmallIntegersAndKnowsItsSize() {
    for (DType dtype : DType.values()) {
      long[] values =
          TensorScope.compute(
              () -> {
                Tensor tensor = Tensors.of(new float[] {0, 1}, 2).to(dtype);
                assertThat(tensor.dtype()).isEqualTo(dtype);
                assertThat(tensor.toBytes()).hasSize(2 * dtype.bytes());
                return tensor.toLongs();
              });
      assertThat(values).containsExactly(0, 1);
    }
  }

  @Test
  void aFailedOperationNamesTheOperandsInOneLine() {
    TensorScope.run(
        () -> {
          Tensor left = Tensors.of(SIX, 2, 3);
          assertThatThrownBy(() -> left.matmul(left))
              .isInstanceOf(TensorException.class)
              .hasMessageStartingWith("matmul([2, 3] float32, [2, 3] float32): ")
              .hasMessageNotContaining("\n");
        });
  }

  @Test
  void aClosedTensorIsRefusedAndClosingTwiceIsHarmless() {
    Tensor tensor = Tensors.of(SIX, 6);
    tensor.close();
    tensor.close();
    assertThatThrownBy(tensor::toFloats)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the tensor is closed");
  }

  @Test
  void arithmeticBroadcasts() {
    float[] result =
        TensorScope.compute(
            () -> {
              Tensor column = Tensors.of(new float[] {10, 20}, 2, 1);
              return Tensors.of(SIX, 2, 3).add(column).mul(2).sub(column).div(10).toFloats();
            });
    assertThat(result)
        .containsExactly(new float[] {1.2f, 1.4f, 1.6f, 2.8f, 3f, 3.2f}, within(1e-6f));
  }

  @Test
  void chunksAndCatAreInverse() {
    float[] result =
        TensorScope.compute(() -> Tensors.cat(Tensors.of(SIX, 2, 3).chunk(3, 1), 1).toFloats());
    assertThat(result).containsExactly(SIX);
    TensorScope.run(
        () -> {
          Tensor tensor = Tensors.of(SIX, 2, 3);
          assertThatThrownBy(() -> tensor.chunk(2, 1)).isInstanceOf(TensorException.class);
        });
  }

  @Test
  void theOrderInMemoryDoesNotChangeTheElements() {
    TensorScope.run(
        () -> {
          Tensor tensor = Tensors.range(24, DType.FLOAT32, Device.CPU).reshape(1, 2, 3, 4);
          Tensor last = tensor.channelsLast();

          assertThat(last.shape()).isEqualTo(tensor.shape());
          assertThat(last.toFloats()).isEqualTo(tensor.toFloats());
          assertThat(last.permute(0, 2, 3, 1).contiguous().toFloats())
              .startsWith(0, 12, 1, 13, 2, 14);
        });
  }

  @Test
  void aLackOfMemoryIsToldFromOtherErrors() {
    assertThatThrownBy(() -> Tensors.zeros(DType.FLOAT32, Device.CPU, 1L << 50))
        .isInstanceOfSatisfying(
            TensorException.class, error -> assertThat(error.isOutOfMemory()).isTrue())
        .hasMessageContaining("float32(): DefaultCPUAllocator: can't allocate memory");
    try (Tensor two = Tensors.zeros(DType.FLOAT32, Device.CPU, 2);
        Tensor three = Tensors.zeros(DType.FLOAT32, Device.CPU, 3)) {
      assertThatThrownBy(() -> two.add(three))
          .isInstanceOfSatisfying(
              TensorException.class, error -> assertThat(error.isOutOfMemory()).isFalse());
    }
  }

  @Test
  void aMappedFileIsReadWithoutACopyAndIsNotChanged(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("data"), new byte[] {0, 0, -128, 63, 0, 0, 0, 64});
    float[] values =
        TensorScope.compute(
            () -> {
              Tensor bytes = Tensors.mapFile(file, 8);
              Tensor floats = bytes.reinterpret(DType.FLOAT32);
              return floats.toFloats();
            });
    assertThat(values).containsExactly(1, 2);
    assertThat(Files.readAllBytes(file)).hasSize(8);
  }

  @Test
  void aFileForWhichThereIsNoAddressSpaceIsALackOfMemory() {
    var error =
        new RuntimeException(
            "unable to mmap 9073659270 bytes from file <a.safetensors>: Cannot allocate memory"
                + " (12)");
    assertThat(TensorException.withCause("mapFile", error).isOutOfMemory()).isTrue();
  }

  @Test
  void allFiniteSeesInfinityAndNaN() {
    TensorScope.run(
        () -> {
          Tensor fine = Tensors.of(SIX, 6);
          assertThat(Functional.allFinite(fine)).isTrue();
          assertThat(Functional.allFinite(fine.div(0))).isFalse();
        });
  }

  @Test
  void devicesAreReadAndUnknownOnesRefused() {
    assertThat(Device.parse("cuda:1")).isEqualTo(new Device("cuda", 1));
    assertThat(Device.parse("CPU")).isEqualTo(Device.CPU);
    assertThatThrownBy(() -> Device.parse("tpu"))
        .hasMessage("unknown device 'tpu'; use cpu, cuda or cuda:N");
    assertThatThrownBy(() -> Device.parse("cuda:x")).isInstanceOf(TensorException.class);
    assertThatThrownBy(() -> Libtorch.require(new Device("cuda", 100)))
        .hasMessageContaining("is not available");
  }

  @Test
  void theThreadCountIsSetInOnePlace() {
    int before = Libtorch.threads();
    Libtorch.threads(1);
    assertThat(Libtorch.threads()).isEqualTo(1);
    Libtorch.threads(before);
    assertThatThrownBy(() -> Libtorch.threads(0)).isInstanceOf(TensorException.class);
  }

  @Test
  void addProductAddsMultiplesOfAMatrixAndOfAProduct() {
    TensorScope.run(
        () -> {
          Tensor base = Tensors.of(new float[] {1, 2, 3, 4}, 2, 2);
          Tensor first = Tensors.of(new float[] {1, 0, 2, -1, 1, 3}, 2, 3);
          Tensor second = Tensors.of(new float[] {2, 1, 0, 1, 1, -2}, 3, 2);
          assertThat(base.addProduct(2, -3, first, second).toFloats())
              .containsExactly(-10, 13, 3, 26);
        });
  }
}
