package dev.sana4j.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.train.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
  @TempDir private Path root;
  private Path model;

  @BeforeEach
  void writeTheFirst() {
    model = root.resolve("model");
    ModelFiles.replace(model, folder -> write(folder, "first"));
  }

  private static void write(Path folder, String text) {
    try {
      Files.writeString(folder.resolve("weights"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aNewFolderTakesThePlaceOfTheOldOneAndNothingElseIsLeft() {
    ModelFiles.replace(model, folder -> write(folder, "second"));
    assertThat(model.resolve("weights")).hasContent("second");
    assertThat(root.toFile().list()).containsExactly("model");
  }

  @Test
  void theOldFolderIsThereUntilTheNewOneIsInItsPlace() throws IOException {
    assertThatThrownBy(
            () -> ModelFiles.replace(model, folder -> folder.toFile().delete())) // nothing to move
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith(model + " cannot be written: ");
    assertThat(model.resolve("weights")).hasContent("first");
    assertThat(root.toFile().list()).containsExactly("model");
  }

  @Test
  void whatAKillHasLeftIsCleanedUpTheNextTime() throws IOException {
    Files.move(model, root.resolve(".model.old")); // between the two moves
    ModelFiles.replace(model, folder -> write(folder, "second"));
    assertThat(model.resolve("weights")).hasContent("second");
    assertThat(root.toFile().list()).containsExactly("model");
  }

  @Test
  void anOldFolderOfAnEarlierKillDoesNotStandInTheWay() throws IOException {
    write(Files.createDirectory(root.resolve(".model.old")), "older"); // before its deletion
    ModelFiles.replace(model, folder -> write(folder, "second"));
    assertThat(model.resolve("weights")).hasContent("second");
    assertThat(root.toFile().list()).containsExactly("model");
  }
}
