package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFilesSizeTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"a.png", "a.jpg", "a.webp"})
  void theHeadOfAFileTellsTheSize(String name) throws IOException {
    Path file = folder.resolve(name);
    ImageFiles.write(TrainingImages.noise(61, 37), file);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));

    assertThat(ImageFiles.size(ImageSource.of(file))).isEqualTo(new ImageSize(61, 37));
  }

  @Test
  void aFileThatIsNoImageIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("a.png"), new byte[100]);

    assertThatThrownBy(() -> ImageFiles.size(ImageSource.of(file)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("a.png");
  }

  @Test
  void aWebPCutShortBeforeItsSizeIsRefused() throws IOException {
    Path file = folder.resolve("a.webp");
    ImageFiles.write(TrainingImages.noise(61, 37), file);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 24));

    assertThatThrownBy(() -> ImageFiles.size(ImageSource.of(file)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("cut short");
  }
}
