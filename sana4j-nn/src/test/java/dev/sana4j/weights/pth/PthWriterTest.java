package dev.sana4j.weights.pth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.bytedeco.pytorch.ByteVector;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PthWriterTest {
  private static final Path REFERENCE =
      Path.of(
          System.getProperty("sana4j.reference", "../sana4j-verify/src/test/resources/reference"));

  private static final List<TensorSpec> SPECS =
      List.of(
          new TensorSpec("z.weight", DType.BFLOAT16, List.of(3L, 5L)),
          new TensorSpec("a", DType.FLOAT32, List.of()),
          new TensorSpec("empty", DType.INT64, List.of(0L, 2L)),
          new TensorSpec("b.bias", DType.FLOAT32, List.of(7L)));

  @TempDir private Path folder;

  /** Each element is its index. */
  private static Tensor counted(TensorSpec tensor, long start, long count) {
    return Tensors.range(count, DType.FLOAT32, Device.CPU).add((double) start).to(tensor.dtype());
  }

  private Path written() {
    Path file = folder.resolve("model.pth");
    PthWriter.write(file, PthOutline.of("model/", SPECS), PthWriterTest::counted);
    return file;
  }

  private static List<Path> referenceFiles() throws IOException {
    Path pth = REFERENCE.resolve("pth");
    assumeTrue(Files.isDirectory(pth), () -> "no reference folder at " + pth);
    try (Stream<Path> files = Files.list(pth)) {
      return files.filter(file -> file.toString().endsWith(".pth")).sorted().toList();
    }
  }

  @Test
  void whatIsWrittenReadsBackInTheSameOrder() {
    Path file = written();
    TensorScope.compute(
        () -> {
          try (PthFile read = PthFile.open(file)) {
            assertThat(read.specs()).isEqualTo(SPECS);
            for (TensorSpec spec : SPECS) {
              Tensor tensor = read.tensor(spec.name());
              assertThat(TensorSpec.of(spec.name(), tensor)).isEqualTo(spec);
              double sum = spec.elements() * (spec.elements() - 1) / 2.0;
              assertThat(tensor.to(DType.FLOAT64).sum().item()).isEqualTo(sum);
            }
            read.checkSums(count -> {});
          }
          return null;
        });
  }

  @Test
  void elementsBeginAtMultiplesOf64() {
    assertThat(PthArchive.read(written()).entries().values())
        .allMatch(entry -> entry.offset() % 64 == 0);
  }

  @Test
  void libtorchReadsWhatIsWritten() throws IOException {
    byte[] content = Files.readAllBytes(written());
    try (ByteVector bytes = new ByteVector(content);
        IValue value = torch.pickle_load(bytes)) {
      var stateDict = value.toGenericDict().at(new IValue("state_dict")).toGenericDict();
      assertThat(stateDict.size()).isEqualTo(SPECS.size());
      try (var weight = stateDict.at(new IValue("z.weight")).toTensor()) {
        assertThat(weight.size(1)).isEqualTo(5);
        assertThat(weight.flatten().select(0, 14).item_double()).isEqualTo(14);
      }
    }
  }

  @Test
  void aFileOfTorchIsWrittenAgainByteForByte() throws IOException {
    for (Path original : referenceFiles()) {
      Path copy = folder.resolve(original.getFileName());
      try (PthFile file = PthFile.open(original)) {
        PthOutline outline = Objects.requireNonNull(file.outline(), original.toString());
        PthWriter.write(
            copy,
            outline,
            (tensor, start, count) ->
                file.tensor(tensor.name()).reshape(-1).narrow(0, start, count));
      }
      assertThat(copy).hasSameBinaryContentAs(original);
    }
  }

  @Test
  void nothingIsLeftBehindAfterAFailure() {
    Path file = folder.resolve("model.pth");
    assertThatThrownBy(
            () ->
                PthWriter.write(
                    file,
                    PthOutline.of("model/", SPECS),
                    (tensor, start, count) -> Tensors.zeros(DType.INT8, Device.CPU, count)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("z.weight");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFileThatCannotBeWrittenIsNamed() {
    Path file = folder.resolve("missing/model.pth");
    assertThatThrownBy(
            () -> PthWriter.write(file, PthOutline.of("model/", SPECS), PthWriterTest::counted))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("missing/model.pth cannot be written");
  }

  @Test
  void sizesBeyond32BitsAreToldTwice() throws IOException {
    long size = 1L << 32;
    var head = new ByteArrayOutputStream();
    StoredZip zip = new StoredZip(head);
    zip.begin("a/data/0", size);
    byte[] header = head.toByteArray();
    assertThat(header.length % 64).isZero();
    // After 30 bytes and the name: the field of 64-bit sizes, two of 8 bytes each.
    assertThat(Arrays.copyOfRange(header, 38, 42)).containsExactly(1, 0, 16, 0);
  }
}
