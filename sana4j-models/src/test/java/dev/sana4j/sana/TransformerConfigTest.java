package dev.sana4j.sana;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransformerConfigTest {
  private static final String NORM = "\"qk_norm\": \"rms_norm_across_heads\"";

  @TempDir private Path folder;

  private TransformerConfig read(String model, String keys) throws IOException {
    Path transformer = Files.createDirectories(folder.resolve(model).resolve("transformer"));
    Files.writeString(transformer.resolve("config.json"), "{" + keys + "}");
    return TransformerConfig.open(transformer);
  }

  private static void assertUnchanged(TransformerConfig read, double scale) {
    assertThat(read.network().timestepScale()).isEqualTo(scale);
    assertThat(read.isTimestepScaleOfFile()).isTrue();
    assertThat(read.notes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SANA_Sprint_1.6B_1024px_teacher_diffusers",
        "Sana_Sprint_1.6B_1024px_teacher_diffusers",
        "sana_sprint_0.6b_1024px_TEACHER_diffusers",
        "models--Efficient-Large-Model--SANA_Sprint_1.6B_1024px_teacher_diffusers/snapshots/0123",
      })
  void publishedTeachersHaveTheirTimestepScale(String model) throws IOException {
    TransformerConfig read = read(model, NORM);
    assertThat(read.network().timestepScale()).isEqualTo(0.001);
    assertThat(read.isTimestepScaleOfFile()).isFalse();
    assertThat(read.notes()).hasSize(1).first().asString().contains("0.001", "eacher");
  }

  @Test
  void aTransformerThatNamesAPublishedTeacherAsItsOriginHasItsTimestepScale() throws IOException {
    String origin =
        ", \"_name_or_path\": \"Efficient-Large-Model/Sana_Sprint_1.6B_1024px_teacher_diffusers\"";
    assertThat(read("model", NORM + origin).network().timestepScale()).isEqualTo(0.001);
  }

  @ParameterizedTest
  @ValueSource(strings = {"my-Teacher", "models--acme--sprint_TEACHER/snapshots/0123"})
  void otherTeachersAreNotedButNotChanged(String model) throws IOException {
    TransformerConfig read = read(model, NORM);
    assertThat(read.network().timestepScale()).isEqualTo(1);
    assertThat(read.isTimestepScaleOfFile()).isTrue();
    assertThat(read.notes()).hasSize(1).first().asString().contains("timestep_scale 0.001");
  }

  @Test
  void aTimestepScaleInTheFileCounts() throws IOException {
    String published = "SANA_Sprint_1.6B_1024px_teacher_diffusers";
    assertUnchanged(read(published, NORM + ", \"timestep_scale\": 0.5"), 0.5);
  }

  @Test
  void onlyATeacherIsCompleted() throws IOException {
    String published = "SANA_Sprint_1.6B_1024px_teacher_diffusers";
    assertUnchanged(read(published, ""), 1);
    assertUnchanged(read(published, NORM + ", \"guidance_embeds\": true"), 1);
    assertUnchanged(read("SANA1.5_1.6B_1024px_diffusers", NORM), 1);
    assertUnchanged(read("teacher/models/SANA1.5", NORM), 1);
  }

  @Test
  void aGivenTimestepScaleReplacesTheNote() throws IOException {
    TransformerConfig read = read("my-teacher", NORM).withTimestepScale(0.25);
    assertThat(read.network().timestepScale()).isEqualTo(0.25);
    assertThat(read.isTimestepScaleOfFile()).isFalse();
    assertThat(read.notes()).isEmpty();
  }
}
