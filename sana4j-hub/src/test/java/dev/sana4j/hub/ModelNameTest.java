package dev.sana4j.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelNameTest {
  private static final URI HUB = URI.create("https://mirror.example:8080/hub");
  private static final String CARD = "Efficient-Large-Model/Sana_Sprint_1.6B_1024px_teacher";
  private static final String FILE = "checkpoints/Sana_Sprint_1.6B_1024px_teacher.pth";

  private static Optional<ModelName> parsed(String text) {
    return ModelName.of(text, HUB);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CARD,
        "hf://" + CARD,
        "HF://" + CARD + "/",
        "hf:/" + CARD,
        "https:/huggingface.co/" + CARD,
        "https://huggingface.co/" + CARD,
        "https://huggingface.co/" + CARD + "/",
        "http://www.huggingface.co/" + CARD + "?library=sana",
        "huggingface.co/" + CARD,
        "https://hf.co/" + CARD,
        "https://huggingface.co/" + CARD + "/tree/main",
        "https://huggingface.co/" + CARD + "/discussions/1",
        "https://huggingface.co/" + CARD + "/commits/main",
        CARD + "/",
        "https://huggingface.co/api/models/" + CARD,
        "https://mirror.example:8080/hub/" + CARD,
        " " + CARD + " ",
        "Sana_Sprint_1.6B_1024px_teacher",
        "sana_sprint_1.6b_1024px_teacher",
        "efficient-large-model/sana_sprint_1.6b_1024px_TEACHER",
      })
  void allWaysToWriteARepositoryMeanTheSame(String text) {
    assertThat(parsed(text))
        .hasValueSatisfying(
            name -> {
              assertThat(name.id()).isEqualTo(HubId.parse(CARD));
              assertThat(name.path()).isEmpty();
              assertThat(name).hasToString(CARD);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf://" + CARD + "/" + FILE,
        "hf://" + CARD + "@main/" + FILE,
        CARD + "/" + FILE,
        CARD + "@main/" + FILE,
        "https://huggingface.co/" + CARD + "/blob/main/" + FILE,
        "https://huggingface.co/" + CARD + "/resolve/main/" + FILE + "?download=true",
        "https://mirror.example:8080/hub/" + CARD + "/resolve/main/" + FILE,
      })
  void allWaysToWriteAFileMeanTheSame(String text) {
    assertThat(parsed(text)).hasValue(new ModelName(HubId.parse(CARD), FILE));
  }

  @ParameterizedTest
  @CsvSource({
    "org/name@v1.0, v1.0, ''",
    "hf://org/name@v1.0/a.pth, v1.0, a.pth",
    "hf://org/name@refs/pr/3/a/b.pth, refs/pr/3, a/b.pth",
    "org/name@refs/pr/3, refs/pr/3, ''",
    "https://huggingface.co/org/name/tree/refs%2Fpr%2F3, refs/pr/3, ''",
    "https://huggingface.co/org/name/blob/dev/my%20file.pth, dev, my file.pth",
  })
  void revisionsAreUnderstood(String text, String revision, String path) {
    assertThat(parsed(text)).hasValue(new ModelName(new HubId("org/name", revision), path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "name",
        "some/deep/folder",
        "./org/name",
        "/org/name",
        "../name",
        "hf://org",
        "hf://org/name/../x.pth",
        "https://example.com/org/name",
        "https://huggingface.co/docs",
        "https://huggingface.co/org/name/blob/main/%2e%2e/x.pth",
        "org/na--me",
        "org/name@../x.pth",
      })
  void otherTextsAreNotNames(String text) {
    assertThat(parsed(text)).isEmpty();
  }

  @Test
  void aNameAtACommitIsExact() {
    ModelName name = new ModelName(HubId.parse("org/name"), "a.pth").at(HubLab.COMMIT);
    assertThat(name).hasToString("hf://org/name@" + HubLab.COMMIT + "/a.pth");
    assertThat(parsed(name.toString())).hasValue(name);
  }

  @FuzzTest
  void anyTextIsANameOrNot(FuzzedDataProvider data) {
    parsed(data.consumeRemainingAsString())
        .ifPresent(
            name -> assertThat(HubFile.isPath(name.path()) || name.path().isEmpty()).isTrue());
  }
}
