package dev.sana4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoraFolderTest {
  @TempDir private Path folder = Path.of("");

  private void file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[8]);
  }

  @Test
  void namesAreThoseOfFilesAndOfFoldersWithOneAdapter() throws IOException {
    file("watercolour.safetensors");
    file("notes.txt");
    file("pixel/pytorch_lora_weights.safetensors");
    file("empty/readme.md");
    assertThat(LoraFolder.of(folder).names()).containsExactly("pixel", "watercolour");
  }

  @Test
  void anAdapterIsFoundWithAndWithoutItsExtension() throws IOException {
    file("style.safetensors");
    LoraFolder loras = LoraFolder.of(folder);
    String file = folder.resolve("style.safetensors").toString();
    assertThat(loras.choice("lora", "style", 0.5).file()).isEqualTo(file);
    assertThat(loras.choice("lora", "style.safetensors", 1).file()).isEqualTo(file);
  }

  @Test
  void aNewFileIsFoundWithoutARestart() throws IOException {
    file("one.safetensors");
    LoraFolder loras = LoraFolder.of(folder);
    assertThat(loras.names()).containsExactly("one");
    file("two.safetensors");
    assertThat(loras.choice("lora", "two", 1).scale()).isEqualTo(1);
    assertThat(loras.names()).containsExactly("one", "two");
  }

  @Test
  void aNewFileInAFolderOfTheFolderIsFound() throws IOException {
    file("pixel/readme.md");
    LoraFolder loras = LoraFolder.of(folder);
    assertThat(loras.names()).isEmpty();
    file("pixel/style.safetensors");
    assertThat(loras.choice("lora", "pixel", 1).scale()).isEqualTo(1);
  }

  @Test
  void unknownNamesDoNotListAnUnchangedFolderAgain() throws IOException {
    FileTime old = FileTime.from(Instant.parse("2024-01-01T00:00:00Z"));
    file("one.safetensors");
    Files.setLastModifiedTime(folder, old);
    LoraFolder loras = LoraFolder.of(folder);
    assertThat(loras.names()).containsExactly("one");
    file("two.safetensors");
    Files.setLastModifiedTime(folder, old); // as if nothing had changed
    assertThatThrownBy(() -> loras.choice("lora", "two", 1)).isInstanceOf(RequestProblem.class);
    loras.refresh();
    assertThat(loras.choice("lora", "two", 1).scale()).isEqualTo(1);
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownOnes() throws IOException {
    file("style.safetensors");
    assertThatThrownBy(() -> LoraFolder.of(folder).choice("lora", "stile", 1))
        .isInstanceOf(RequestProblem.class)
        .hasMessage("the LoRA \"stile\" is unknown; this server has style");
  }

  @Test
  void noFileOutsideTheFolderIsReached() throws IOException {
    file("inner/style.safetensors");
    file("secret.safetensors");
    LoraFolder loras = LoraFolder.of(folder.resolve("inner"));
    for (String name :
        new String[] {
          "../secret", "..", "", ".", folder.resolve("secret").toString(), "inner/../../secret"
        }) {
      assertThatThrownBy(() -> loras.choice("lora", name, 1)).isInstanceOf(RequestProblem.class);
    }
  }

  @Test
  void aFolderThatVanishedHasNoAdapters() {
    assertThat(LoraFolder.of(folder.resolve("gone")).names()).isEmpty();
  }

  @Test
  void aScaleOutOfRangeIsRefused() throws IOException {
    file("style.safetensors");
    assertThatThrownBy(() -> LoraFolder.of(folder).choice("lora", "style", Double.NaN))
        .isInstanceOf(RequestProblem.class)
        .hasMessageContaining("NaN");
  }
}
