package dev.sana4j.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.TensorException;
import dev.sana4j.weights.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationTest {
  private static final Path REFERENCE =
      Path.of(System.getProperty("sana4j.reference", "src/test/resources/reference"));

  @TempDir private Path folder;

  private void copy(String part) throws IOException {
    try (Stream<Path> files = Files.walk(REFERENCE.resolve(part))) {
      for (Path file : files.toList()) {
        Path copy = folder.resolve(REFERENCE.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }

  private List<String> found() {
    return Verification.discover(folder, DType.FLOAT32, Device.CPU).groups().stream()
        .map(Verification.Group::name)
        .toList();
  }

  @Test
  void whatIsThereIsFoundUnderItsPath() throws IOException {
    copy("gemma2");
    copy("random");
    assertThat(found()).containsExactly("gemma2", "random");
  }

  @Test
  void everyVariantOfANetworkIsAGroup() throws IOException {
    copy("dit/sprint");
    Files.move(folder.resolve("dit/sprint"), folder.resolve("dit/of my own"));
    assertThat(found()).containsExactly("dit/of my own");
    Verification verification = Verification.discover(folder, DType.FLOAT32, Device.CPU);
    assertThat(verification.groups().get(0).run())
        .isNotEmpty()
        .allMatch(CaseResult::passed)
        .allMatch(result -> result.name().startsWith("dit/of my own/"));
  }

  @Test
  void anAdapterIsComparedBesideTheNetworkAndMergedIntoIt() throws IOException {
    copy("lora");
    copy("pipelines/tiny-sana");
    assertThat(Verification.discover(folder, DType.FLOAT32, Device.CPU).groups().get(0).run())
        .allMatch(CaseResult::passed)
        .extracting(CaseResult::name)
        .containsExactly("lora/sample", "lora/sample merged");
  }

  @Test
  void originalCheckpointsAreComparedTensorByTensor() throws IOException {
    copy("pth");
    for (Verification.Group group :
        Verification.discover(folder, DType.FLOAT32, Device.CPU).groups()) {
      assertThat(group.run())
          .hasSizeGreaterThan(10)
          .allMatch(CaseResult::passed)
          .allMatch(result -> result.name().startsWith("pth/"));
    }
  }

  @Test
  void otherTasksThanTextToImageAreNamedAsSkipped() {
    Verification verification = Verification.discover(REFERENCE, DType.FLOAT32, Device.CPU);
    List<String> groups = verification.groups().stream().map(Verification.Group::name).toList();
    assertThat(verification.skipped()).doesNotContainAnyElementsOf(groups);
    assertThat(groups).anyMatch(name -> name.startsWith("pipelines/"));
  }

  @Test
  void aFolderWithoutCasesIsRefused() throws IOException {
    Files.createDirectories(folder.resolve("dit/empty"));
    assertThatThrownBy(this::found)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no reference cases");
  }

  @Test
  void aFolderThatIsNotThereIsRefused() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> Verification.discover(missing, DType.FLOAT32, Device.CPU))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("there is no folder " + missing);
  }

  @Test
  void aDeviceThatIsNotThereIsRefused() {
    Device device = new Device("cuda", 100);
    assertThatThrownBy(() -> Verification.discover(REFERENCE, DType.FLOAT32, device))
        .isInstanceOf(TensorException.class)
        .hasMessageContaining("cuda:100");
  }

  @Test
  void aGroupThatCannotBeComputedIsOneFailedCaseThatSaysWhy() throws IOException {
    copy("gemma2");
    Files.delete(folder.resolve("gemma2/model.safetensors"));
    Verification verification = Verification.discover(folder, DType.FLOAT32, Device.CPU);
    List<CaseResult> results = verification.groups().get(0).run();
    assertThat(results).hasSize(1);
    assertThat(results.get(0).passed()).isFalse();
    assertThat(results.get(0).name()).contains("gemma2", "not computed", "model.safetensors");
  }
}
