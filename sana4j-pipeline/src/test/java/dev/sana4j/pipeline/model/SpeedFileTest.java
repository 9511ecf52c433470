package dev.sana4j.pipeline.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpeedFileTest {
  private static final ProductSpeeds SPEEDS = new ProductSpeeds(0.75, 1 / 7.0);

  @TempDir private Path folder;

  @Test
  void whatIsKeptIsReadAgain() throws IOException {
    SpeedFile file = new SpeedFile(folder.resolve("speeds"), "a processor");
    assertThat(file.read()).isEmpty();
    file.write(SPEEDS);
    assertThat(new SpeedFile(folder.resolve("speeds"), "a processor").read()).contains(SPEEDS);
    try (Stream<Path> files = Files.list(folder.resolve("speeds"))) {
      assertThat(files).containsExactly(file.path());
    }
  }

  @Test
  void thatOfAnotherProcessorIsNotTaken() throws IOException {
    SpeedFile file = new SpeedFile(folder, "a processor");
    file.write(SPEEDS);
    SpeedFile other = new SpeedFile(folder, "another processor");
    assertThat(other.read()).isEmpty();
    Files.copy(file.path(), other.path()); // the right name with the contents of another processor
    assertThat(other.read()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "0", "NaN", "Infinity", "fast", "", "\\u00"})
  void aDamagedFileIsMeasuredAgain(String ratio) throws IOException {
    SpeedFile file = new SpeedFile(folder, "a processor");
    file.write(SPEEDS);
    Files.writeString(file.path(), Files.readString(file.path()).replace("0.75", ratio));
    assertThat(file.read()).isEmpty();
    file.write(SPEEDS);
    assertThat(file.read()).contains(SPEEDS);
  }

  @Test
  void aFolderThatCannotBeWrittenIsNoFailure() throws IOException {
    Path occupied = Files.writeString(folder.resolve("file"), "");
    SpeedFile file = new SpeedFile(occupied, "a processor");
    file.write(SPEEDS);
    assertThat(file.read()).isEmpty();
  }

  @Test
  void theSpeedsOfThisProcessorAreNumbers() {
    ProductSpeeds measured = ProductSpeeds.measure();
    assertThat(measured.small()).isPositive().isFinite();
    assertThat(measured.large()).isPositive().isFinite();
  }

  private static String list(String name, String flags) {
    return "processor\t: 0\nmodel name\t: "
        + name
        + "\nflags\t\t: fpu "
        + flags
        + " sse\n\n"
        + "processor\t: 1\nmodel name\t: other\n";
  }

  @Test
  void aProcessorIsKnownByNameInstructionsAndWhatRestrictsIt() {
    Processor plain = Processor.of(list("A", "avx2"), Map.of());
    assertThat(plain.name()).contains("A", "avx2").doesNotContain("other", "fpu");
    assertThat(Processor.of(list("B", "avx2"), Map.of())).isNotEqualTo(plain);
    assertThat(Processor.of(list("A", "avx2 avx512f"), Map.of())).isNotEqualTo(plain);
    Map<String, String> restricted = Map.of("ATEN_CPU_CAPABILITY", "avx2", "HOME", "/");
    assertThat(Processor.of(list("A", "avx2"), restricted).restrictions())
        .containsExactly("ATEN_CPU_CAPABILITY=avx2");
    assertThat(Processor.of("", Map.of()).name()).isNotEmpty();
    assertThat(plain.key()).contains(plain.name(), "; threads ");
  }
}
