package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyCommandTest {
  @TempDir private Path folder;
  private Path reference;

  /** A few of the cases: the parity tests run them all. */
  @BeforeEach
  void copySomeCases() throws IOException {
    reference = Files.createDirectory(folder.resolve("reference"));
    Models.copy(Models.REFERENCE.resolve("gemma2"), reference.resolve("gemma2"));
    Models.copy(Models.REFERENCE.resolve("random"), reference.resolve("random"));
  }

  private Path inputsAndOutputs() {
    return reference.resolve("gemma2/io.safetensors");
  }

  /** Changes the first number of a tensor. */
  private static void damage(Path safetensors, String tensor, float value) throws IOException {
    byte[] content = Files.readAllBytes(safetensors);
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) bytes.getLong();
    JsonNode header = Models.JSON.readTree(new String(content, 8, length, StandardCharsets.UTF_8));
    JsonNode entry = header.get(tensor);
    assertThat(entry.get("dtype").textValue()).isEqualTo("F32");
    bytes.putFloat(8 + length + entry.get("data_offsets").get(0).intValue(), value);
    Files.write(safetensors, content);
  }

  private JsonNode json(Path file) throws IOException {
    return Models.JSON.readTree(file.toFile());
  }

  @Test
  void everyShippedCasePasses() throws IOException {
    Path file = folder.resolve("results.json");
    Run run = Run.sana("verify", Models.REFERENCE, "--json", file).succeeds();
    JsonNode cases = json(file).get("cases");
    assertThat(cases.size()).isGreaterThan(50);
    assertThat(run.out()).contains(cases.size() + " passed, 0 failed").doesNotContain("FAILED");
    assertThat(run.out().lines().filter(line -> line.startsWith("ok "))).hasSize(cases.size());
  }

  @Test
  void theDefaultFolderIsTheOneTheLauncherNames() {
    String before = System.getProperty("sana4j.reference");
    try {
      System.setProperty("sana4j.reference", reference.toString());
      Run.sana("verify").succeeds();
      System.clearProperty("sana4j.reference");
      Run.sana("verify").isRefused("sana verify DIR");
    } finally {
      if (before != null) {
        System.setProperty("sana4j.reference", before);
      }
    }
  }

  @Test
  void resultsAsJsonHaveTheDocumentedShape() throws IOException {
    Path file = folder.resolve("results.json");
    Run.sana("verify", reference, "--json", file).succeeds();
    JsonNode root = json(file);
    assertThat(root.properties()).hasSize(1);
    assertThat(root.get("cases")).isNotEmpty();
    for (JsonNode each : root.get("cases")) {
      assertThat(each.properties()).hasSize(4);
      assertThat(each.get("name").isTextual()).isTrue();
      assertThat(each.get("relativeError").isNumber()).isTrue();
      assertThat(each.get("bound").isNumber()).isTrue();
      assertThat(each.get("passed").booleanValue()).isTrue();
      assertThat(each.get("relativeError").doubleValue())
          .isLessThanOrEqualTo(each.get("bound").doubleValue());
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {1e6f, Float.NaN, Float.POSITIVE_INFINITY})
  void oneDamagedNumberFailsItsCaseByName(float value) throws IOException {
    damage(inputsAndOutputs(), "last_hidden_state", value);
    Path file = folder.resolve("results.json");
    Run run = Run.sana("verify", reference, "--json", file);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out().lines().filter(line -> line.startsWith("FAILED")))
        .singleElement()
        .asString()
        .contains("gemma2/last_hidden_state");
    assertThat(run.out()).contains("1 failed");
    for (JsonNode each : json(file).get("cases")) {
      boolean damaged = each.get("name").textValue().equals("gemma2/last_hidden_state");
      assertThat(each.get("passed").booleanValue()).isEqualTo(!damaged);
      assertThat(each.get("relativeError").isNumber()).as(each.toString()).isTrue();
      if (damaged) {
        assertThat(each.get("relativeError").doubleValue())
            .isGreaterThan(each.get("bound").doubleValue());
      }
    }
  }

  @Test
  void bfloat16HasItsOwnBounds() {
    Run run = Run.sana("verify", reference, "--dtype", "bfloat16").succeeds();
    assertThat(run.out()).contains("bound 5e-02");
  }

  @Test
  void anEmptyFolderIsRefused() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Run.sana("verify", empty).isRefused(empty.toString(), "no reference cases");
  }

  @Test
  void aMissingFolderIsRefused() {
    Run.sana("verify", folder.resolve("missing")).isRefused("there is no folder");
    Run.sana("verify", inputsAndOutputs()).isRefused("there is no folder");
  }

  @Test
  void damagedReferenceFilesAreAFailedCaseThatNamesThem() throws IOException {
    Files.write(inputsAndOutputs(), new byte[3]);
    Run run = Run.sana("verify", reference);
    assertThat(run.out()).contains("FAILED", "not computed", "io.safetensors");
    assertThat(run.status()).isEqualTo(1);
  }

  @Test
  void anUnwritableFileForTheResultsIsRefusedBeforeTheWork() throws IOException {
    Map<Path, String> before = Run.contents(folder);
    for (Path target : List.of(folder.resolve("no/results.json"), reference, folder.getRoot())) {
      Run.sana("verify", reference, "--json", target).isRefused(target.toString());
    }
    assertThat(Run.contents(folder)).isEqualTo(before);
  }

  @Test
  void anEmptyFolderIsNotReplacedByTheResults() throws IOException {
    Path target = Files.createDirectory(folder.resolve("results"));
    Run.sana("verify", reference, "--json", target).isRefused(target.toString());
    assertThat(target).isEmptyDirectory();
  }
}
