package dev.sana4j.pipeline.engine;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.gemma.PrefixCache;
import dev.sana4j.pipeline.TinyModel;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrefixFilesTest {
  private static final int[] IDS = {2, 5, 7};

  @TempDir private Path folder;
  private Path kept;
  private Path textEncoder;
  private GemmaEncoder network;

  @BeforeEach
  void copyAModel() throws IOException {
    textEncoder = TinyModel.SANA.copyTo(folder.resolve("model")).resolve("text_encoder");
    kept = folder.resolve("cache/prefixes");
    network = GemmaEncoder.open(textEncoder, DType.FLOAT32, Device.CPU);
  }

  @AfterEach
  void close() {
    network.close();
  }

  private PrefixFiles files() throws IOException {
    return PrefixFiles.of(kept, textEncoder, DType.FLOAT32);
  }

  private void write(PrefixFiles files, int... ids) {
    TensorScope.compute(
        () -> {
          try (PrefixCache prefix = network.prefix(Tensors.of(ids, 1, ids.length))) {
            files.write(ids, prefix);
          }
          return null;
        });
  }

  private boolean has(PrefixFiles files, int... ids) {
    return files.read(network, ids).map(PrefixFilesTest::closed).orElse(false);
  }

  private static boolean closed(PrefixCache prefix) {
    prefix.close();
    return true;
  }

  private List<Path> keptFiles() throws IOException {
    try (Stream<Path> files = Files.list(kept)) {
      return files.toList();
    }
  }

  @Test
  void whatWasWrittenIsReadByAnotherProcess() throws IOException {
    assertThat(has(files(), IDS)).isFalse();
    write(files(), IDS);
    PrefixFiles later = files();

    TensorScope.compute(
        () -> {
          try (PrefixCache read = later.read(network, IDS).orElseThrow();
              PrefixCache made = network.prefix(Tensors.of(IDS, 1, IDS.length))) {
            Tensor expected = made.states();
            assertThat(read.states()).isCloseTo(expected, 0);
          }
          return null;
        });
  }

  @Test
  void otherTokensAnotherDtypeAndAnotherEncoderHaveFilesOfTheirOwn() throws IOException {
    write(files(), IDS);

    assertThat(has(files(), 2, 5, 8)).isFalse();
    assertThat(has(PrefixFiles.of(kept, textEncoder, DType.INT8), IDS)).isFalse();
    Files.setLastModifiedTime(
        textEncoder.resolve("model.safetensors"), FileTime.fromMillis(1_000_000));
    assertThat(has(files(), IDS)).isFalse();
  }

  @Test
  void aDamagedFileIsWrittenAgain() throws IOException {
    write(files(), IDS);
    Path file = keptFiles().get(0);
    Files.write(file, new byte[] {1, 2, 3});
    assertThat(has(files(), IDS)).isFalse();

    write(files(), IDS);
    assertThat(has(files(), IDS)).isTrue();
    assertThat(keptFiles()).containsExactly(file);
  }

  @Test
  void onlyTheYoungestAreKept() throws IOException {
    for (int i = 0; i < 6; i++) {
      write(files(), 2, i);
      for (Path file : keptFiles()) {
        FileTime time = Files.getLastModifiedTime(file);
        Files.setLastModifiedTime(file, FileTime.fromMillis(time.toMillis() - 60_000));
      }
    }

    assertThat(keptFiles()).hasSize(4);
    assertThat(has(files(), 2, 5)).isTrue();
    assertThat(has(files(), 2, 1)).isFalse();
  }

  @Test
  void whereNothingCanBeKeptNothingIsSaid() throws IOException {
    Files.writeString(folder.resolve("cache"), "a file where a folder should be");

    write(files(), IDS);
    assertThat(has(files(), IDS)).isFalse();
  }
}
