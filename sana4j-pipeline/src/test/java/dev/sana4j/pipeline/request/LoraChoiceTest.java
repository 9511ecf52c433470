package dev.sana4j.pipeline.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoraChoiceTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "style.safetensors, style.safetensors, 1",
    "style.safetensors:0.5, style.safetensors, 0.5",
    "style.safetensors:-1e-1, style.safetensors, -0.1",
    "a:b:2, a:b, 2",
    "C:\\style.safetensors, C:\\style.safetensors, 1",
    "C:\\style.safetensors:0.25, C:\\style.safetensors, 0.25",
    "style:, style:, 1",
  })
  void theScaleIsTheNumberAfterTheLastColon(String text, String file, double scale) {
    assertThat(LoraChoice.parse(text)).isEqualTo(new LoraChoice(file, scale));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:NaN", "a:Infinity", "a:-Infinity", "a:100.5", "a:1e999"})
  void anAbsurdScaleIsRefused(String text) {
    assertThatThrownBy(() -> LoraChoice.parse(text))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("of a is not between -100 and 100");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":1", " "})
  void aMissingNameIsRefused(String text) {
    assertThatThrownBy(() -> LoraChoice.parse(text))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("give the file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch_lora_weights.safetensors", "adapter_model.safetensors"})
  void aFolderStandsForTheFileInIt(String name) throws IOException {
    Path file = Files.createFile(folder.resolve(name));
    assertThat(new LoraChoice(folder.toString(), 1).path()).isEqualTo(file);
    assertThat(new LoraChoice(file.toString(), 1).path()).isEqualTo(file);
  }

  @Test
  void aFolderWithOneSafetensorsFileStandsForIt() throws IOException {
    Files.createFile(folder.resolve("notes.txt"));
    Path file = Files.createFile(folder.resolve("style.safetensors"));
    assertThat(new LoraChoice(folder.toString(), 1).path()).isEqualTo(file);
  }

  @Test
  void aFolderWithSeveralFilesIsRefusedByTheirNames() throws IOException {
    Files.createFile(folder.resolve("one.safetensors"));
    Files.createFile(folder.resolve("two.safetensors"));
    LoraChoice choice = new LoraChoice(folder.toString(), 1);
    assertThatThrownBy(choice::path)
        .isInstanceOf(RequestException.class)
        .hasMessageContainingAll("several", "one.safetensors", "two.safetensors");
  }

  @Test
  void whatIsNotThereIsRefused() {
    for (String missing : new String[] {"missing", "\u0000", folder.toString()}) {
      LoraChoice choice = new LoraChoice(missing, 1);
      assertThatThrownBy(choice::path)
          .isInstanceOf(RequestException.class)
          .hasMessageContaining(missing);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "loras/style.safetensors, style",
    "style.v2.safetensors, style.v2",
    "loras/style.v2, style.v2",
    "loras/style.v2/, style.v2",
    "C:\\loras\\Style.CKPT, Style",
    ".safetensors, .safetensors",
    "style.pt, style"
  })
  void theNameHasNoFolderAndNoEndingOfAFile(String file, String name) {
    assertThat(new LoraChoice(file, 1).name()).isEqualTo(name);
  }
}
