package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists of prompts. */
class GeneratePromptsTest {
  @TempDir private Path folder;

  private Path list(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }

  private Run run(Path list, Object... options) {
    List<Object> all = new ArrayList<>(List.of("--prompts", list));
    Collections.addAll(all, options);
    if (!all.contains("-o")) {
      Collections.addAll(all, "-o", folder.resolve("out"));
    }
    return Run.sana(Models.generate(Models.SANA, all.toArray()));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("out"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private GenerationRequest made(String name) {
    return ImageProvenance.read(folder.resolve("out").resolve(name)).request();
  }

  @Test
  void eachLineOfATextIsAnImageNamedByItsNumber() throws IOException {
    Run run = run(list("p.txt", "a cat", "", "  一只猫 🐱 "), "--seed", 5).succeeds();
    assertThat(names()).containsExactly("000001.png", "000003.png");
    assertThat(run.out().lines())
        .containsExactly(
            folder.resolve("out/000001.png").toString(),
            folder.resolve("out/000003.png").toString());
    assertThat(run.err()).contains("2 images written, 0 skipped", "0 lines failed");
    assertThat(made("000003.png").prompts()).containsExactly("一只猫 🐱");
  }

  @Test
  void aLineWithoutASeedHasOneByItsNumber() throws IOException {
    Path list = list("p.txt", "a cat", "a dog");
    run(list, "--seed", 5).succeeds();
    assertThat(made("000001.png").seed()).isEqualTo(5);
    assertThat(made("000002.png").seed()).isEqualTo(6);
    run(list, "--overwrite").succeeds();
    assertThat(made("000002.png").seed()).isEqualTo(1);
  }

  @Test
  void aCountMakesNumberedImagesWithTheirOwnSeeds() throws IOException {
    run(list("p.txt", "a cat", "a dog"), "--count", 2).succeeds();
    assertThat(names())
        .containsExactly("000001-1.png", "000001-2.png", "000002-1.png", "000002-2.png");
    assertThat(made("000001-2.png").seed()).isEqualTo(1);
    assertThat(made("000002-1.png").seed()).isEqualTo(2);
  }

  @Test
  void theValuesOfAnObjectOverrideTheOptions() throws IOException {
    String size = Models.size(Models.SANA, 3, 2).toString();
    Path list =
        list(
            "p.jsonl",
            "{\"prompt\": \"a cat\", \"seed\": 9, \"steps\": 1, \"guidance_scale\": 2,"
                + " \"negative_prompt\": \"red\", \"size\": \""
                + size
                + "\", \"output\": \"cats/first\"}",
            "{\"prompt\": \"a dog\", \"output\": \"dog.webp\"}");
    run(list, "--negative", "blurry").succeeds();
    GenerationRequest first = made("cats/first.png");
    assertThat(first.seed()).isEqualTo(9);
    assertThat(first.steps()).isOne();
    assertThat(first.guidance()).isEqualTo(2);
    assertThat(first.negativePrompt()).isEqualTo("red");
    assertThat(first.size()).hasToString(size);
    assertThat(names()).containsExactly("cats", "dog.webp");
  }

  @Test
  void aLineMayModifyAnImage() throws IOException {
    run(list("p.txt", "a cat")).succeeds();
    String image = folder.resolve("out/000001.png").toString().replace("\\", "/");
    Path list =
        list(
            "q.jsonl",
            "{\"prompt\": \"a dog\", \"image\": \""
                + image
                + "\", \"strength\": 0.5,"
                + " \"output\": \"dog\"}");
    run(list).succeeds();
    assertThat(made("dog.png").task().strength()).isEqualTo(0.5);
  }

  @Test
  void anAdapterOfALineAppliesToItOnly() throws IOException {
    String adapter = Models.REFERENCE.resolve("lora").toString();
    Path list =
        list(
            "p.jsonl",
            "{\"prompt\": \"a cat\", \"seed\": 1, \"lora\": [\"" + adapter + ":0.5\"]}",
            "{\"prompt\": \"a cat\", \"seed\": 1}");
    run(list).succeeds();
    assertThat(made("000001.png").adapters()).hasSize(1);
    assertThat(made("000002.png").adapters()).isEmpty();
  }

  @Test
  void aRefusedLineIsReportedAndTheOthersAreMade() throws IOException {
    Path list =
        list(
            "p.jsonl",
            "{\"prompt\": \"a cat\"}",
            "{\"prompt\": ",
            "{\"prompt\": \"a cat\", \"colour\": \"red\"}",
            "{\"prompt\": \"a cat\", \"size\": \"1x1\"}",
            "{\"prompt\": \"a cat\", \"image\": \"nowhere.png\"}",
            "{\"seed\": 3}",
            "{\"prompt\": \"a dog\"}");
    Run run = run(list, "-q");
    assertThat(run.status()).isEqualTo(1);
    assertThat(names()).containsExactly("000001.png", "000007.png");
    assertThat(run.err().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("sana: " + list + ", line 2: not valid JSON"),
            line -> assertThat(line).contains("line 3: unknown key \"colour\""),
            line -> assertThat(line).contains("line 4: size 1x1 is not a multiple"),
            line -> assertThat(line).contains("line 5: nowhere.png does not exist"),
            line -> assertThat(line).contains("line 6: the line has neither a prompt nor"));
  }

  @ParameterizedTest
  @CsvSource({
    "../cat, is not the name of a file in the folder",
    "/cat, is not the name of a file in the folder",
    "'', is not the name of a file in the folder",
    "a/.., is not the name of a file in the folder",
    "000001.png, an earlier line has the same output"
  })
  void aNameOutsideTheFolderOrGivenTwiceIsRefused(String name, String because) throws IOException {
    Path list =
        list(
            "p.jsonl",
            "{\"prompt\": \"a cat\"}",
            "{\"prompt\": \"a cat\", \"output\": \"" + name + "\"}");
    Run run = run(list);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("line 2: ", because);
    assertThat(names()).containsExactly("000001.png");
  }

  @Test
  void existingFilesAreSkippedAndTheRestIsTheSameAsInOneRun() throws IOException {
    Path list = list("p.txt", "a cat", "a dog", "a fox");
    run(list).succeeds();
    Map<Path, String> whole = Run.contents(folder.resolve("out"));
    Files.delete(folder.resolve("out/000002.png"));
    Run again = run(list).succeeds();
    assertThat(Run.contents(folder.resolve("out"))).isEqualTo(whole);
    assertThat(again.out()).isEqualToIgnoringNewLines(folder.resolve("out/000002.png").toString());
    assertThat(again.err()).contains("1 images written, 2 skipped because they exist");
    assertThat(run(list).succeeds().err()).doesNotContain("computing in"); // the model is not read
  }

  @Test
  void existingFilesAreReplacedOnRequest() throws IOException {
    Path list = list("p.txt", "a cat");
    run(list).succeeds();
    run(list, "--overwrite", "--seed", 8).succeeds();
    assertThat(made("000001.png").seed()).isEqualTo(8);
  }

  @Test
  void theNumberIsInsertedIntoTheNameOfAFile() throws IOException {
    run(list("p.txt", "a cat"), "-o", folder.resolve("out.v1.jpg")).succeeds();
    assertThat(ImageFiles.read(folder.resolve("out.v1-000001.jpg")).size().width()).isPositive();
  }

  @Test
  void aFormatNamesTheFilesOfAFolder() throws IOException {
    run(list("p.txt", "a cat"), "--format", "webp").succeeds();
    assertThat(names()).containsExactly("000001.webp");
  }

  @Test
  void theListMayComeFromStandardInput() throws IOException {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream("a cat\n一只猫".getBytes(StandardCharsets.UTF_8)));
    try {
      run(Path.of("-")).succeeds();
    } finally {
      System.setIn(before);
    }
    assertThat(made("000002.png").prompts()).containsExactly("一只猫");
  }

  @Test
  void settingsThatNoLineCanHaveAreRefusedBeforeAnyWork() throws IOException {
    Path list = list("p.txt", "a cat");
    run(list, "--guidance", 500).isRefused("guidance 500.0 is not between 0 and 100");
    run(folder.resolve("none.txt")).isRefused("none.txt cannot be read: no such file");
    run(folder).isRefused("is a folder");
    run(list, "a cat").isRefused("give a prompt or --prompts, not both");
    run(list, "-o", "-").isRefused("-o - writes one image");
  }

  @Test
  void anEmptyListIsDoneImmediately() throws IOException {
    assertThat(run(list("p.txt", "")).succeeds().err()).contains("0 images written");
  }
}
