package dev.sana4j.cli;

import static dev.sana4j.cli.EvaluateCommandTest.evaluate;
import static dev.sana4j.cli.EvaluateCommandTest.names;
import static dev.sana4j.cli.EvaluateCommandTest.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.image.ImageFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Comparisons of several candidates, and prompts from a file. */
class EvaluateComparisonTest {
  private static final String CAT =
      "{\"kind\":\"single\",\"style\":\"flat\",\"background\":\"red\",\"objects\":[{\"id\":\"cat\"}]}";

  @TempDir private Path folder;

  @Test
  void candidatesAreComparedOnTheSameScenes() throws IOException {
    Path output = folder.resolve("comparison");
    Object[] models = {"--model", Models.SANA, "--steps", "1,2", "--model", Models.SPRINT};
    Object[] arguments = with(models, "--steps", 2, "-o", output, "--rows", "single");
    Run run = evaluate(with(arguments, "--keep-pictures")).succeeds();
    assertThat(names(output))
        .containsExactly(
            "comparison.json",
            "comparison.png",
            "scorers",
            "tiny-sana-1-steps",
            "tiny-sana-2-steps",
            "tiny-sprint-2-steps");
    Path one = output.resolve("tiny-sana-1-steps");
    assertThat(names(one)).containsExactly("contact-sheet.png", "evaluation.json", "pictures");
    assertThat(names(one.resolve("pictures"))).hasSize(6);
    assertThat(run.out())
        .containsPattern("tiny-sana +1 +\\S+ +en +\\d+\\.\\d{3} +\\d+\\.\\d / \\d+\\.\\d")
        .containsPattern("tiny-sprint +2 +\\S+ +zh +\\S+ +\\S+ / \\S+ +- +- +- ")
        .containsPattern("real +- +- +- +- .* 100\\.0 ")
        .contains(output.resolve("comparison.png").toString());
    assertThat(run.err())
        .containsOnlyOnce("training scorers")
        .containsPattern("(?s)computing in .*tiny-sana-1-steps: single")
        .contains("tiny-sana-2-steps: single");
    assertThatCandidatesAreThoseOfTheirFolders(output);
    evaluate(arguments).isRefused("comparison.json exists", "--overwrite");
  }

  private static void assertThatCandidatesAreThoseOfTheirFolders(Path output) throws IOException {
    JsonNode candidates =
        Models.JSON.readTree(output.resolve("comparison.json").toFile()).get("candidates");
    assertThat(candidates).hasSize(3);
    for (JsonNode candidate : candidates) {
      Path file = output.resolve(candidate.get("name").asText()).resolve("evaluation.json");
      JsonNode alone = Models.JSON.readTree(file.toFile());
      assertThat(candidate.get("rows")).isEqualTo(alone.get("rows"));
      assertThat(candidate.get("sampling")).isEqualTo(alone.get("sampling"));
      assertThat(candidate.at("/seconds_per_image/en").asDouble()).isPositive();
    }
    BufferedImage plot = ImageIO.read(output.resolve("comparison.png").toFile());
    assertThat(plot.getWidth()).isGreaterThan(1000);
  }

  @Test
  void aCandidateFindsWhatItFindsAlone() throws IOException {
    Path together = folder.resolve("together");
    Object[] model = {"--model", Models.SANA, "--rows", "single"};
    evaluate(with(model, "--guidance", "1,2.5", "-o", together)).succeeds();
    Path alone = folder.resolve("alone");
    Path scorers = together.resolve("scorers");
    evaluate(with(model, "--guidance", 2.5, "--scorers", scorers, "-o", alone)).succeeds();
    assertThat(names(together)).contains("tiny-sana-1-steps-guidance-1");
    JsonNode first = row(together.resolve("tiny-sana-1-steps-guidance-2.5"));
    assertThat(first.get("grey")).isEqualTo(row(alone).get("grey"));
    assertThat(first.get("background")).isEqualTo(row(alone).get("background"));
  }

  private static JsonNode row(Path output) throws IOException {
    return Models.JSON.readTree(output.resolve("evaluation.json").toFile()).at("/rows/0");
  }

  @Test
  void wrongCandidatesAreRefusedInOneLineAndLeaveNothing() {
    Object[] first = {"-o", folder.resolve("refused"), "--model", Models.SANA};
    evaluate(with(first, "--steps", "2,2"))
        .isRefused("tiny-sana, steps 2, guidance", "listed twice");
    evaluate(with(first, "--steps", 1, "--model", Models.SANA, "--steps", "2,1"))
        .isRefused("tiny-sana, steps 1, guidance", "listed twice");
    evaluate(with(first, "--steps", 1, "--steps", 2)).isRefused("join several values as 1,2,4");
    evaluate(with(first, "--steps", "1,two")).isRefused("'two' is not a whole number");
    evaluate(with(first, "--guidance", "1,")).isRefused("'' is not a number");
    evaluate(with(first, "--steps", "1,0")).isRefused("steps 0 is not between");
    evaluate(with(first, "--steps", 1, "--model", folder.resolve("absent")))
        .isRefused("there is no folder");
    evaluate(with(first, "--model", Models.SPRINT, "--autoencoder", Models.SANA))
        .isRefused("not both");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void modelsOfTheSameNameGetNumbers() throws IOException {
    Path other = Models.copy(Models.SANA, folder.resolve("other/tiny-sana"));
    Path output = folder.resolve("comparison");
    Files.createDirectories(output.resolve("tiny-sana-2-1-steps/pictures"));
    Object[] models = {"--model", Models.SANA, "--steps", 1, "--model", other, "--steps", 1};
    Map<Path, String> before = Run.contents(output);
    evaluate(with(models, "-o", output)).isRefused("tiny-sana-2-1-steps", "pass --overwrite");
    Files.writeString(output.resolve("tiny-sana-1-steps"), "");
    evaluate(with(models, "-o", output, "--overwrite")).isRefused("tiny-sana-1-steps is a file");
    Files.delete(output.resolve("tiny-sana-1-steps"));
    assertThat(Run.contents(output)).isEqualTo(before);
  }

  @Test
  void promptsMayComeFromAFile() throws IOException {
    Path file = folder.resolve("mine.jsonl");
    Files.write(file, List.of(CAT, CAT.replace("}]}", "}],\"english\":\"a cat\"}"), CAT));
    Path output = folder.resolve("output");
    Run run =
        Run.sana(
                "evaluate",
                "--model",
                Models.SANA,
                "--steps",
                1,
                "--size",
                48,
                "-o",
                output,
                "--scorer-steps",
                1,
                "--prompt-file",
                file,
                "--keep-pictures")
            .succeeds();
    assertThat(run.out()).contains("prompts of " + file, "single zh").doesNotContain("pair");
    assertThat(names(output.resolve("pictures"))).hasSize(6);
    assertThat(ImageFiles.readTexts(output.resolve("pictures/single-en-0001.png")))
        .containsEntry("prompt", "a cat");
    JsonNode json = Models.JSON.readTree(output.resolve("evaluation.json").toFile());
    assertThat(json.at("/prompts/file").asText()).isEqualTo(file.toString());
    assertThat(json.get("prompts").has("split")).isFalse();
    assertThat(json.at("/rows/0/grey/frechet_of_real").asDouble()).isPositive();
  }

  @Test
  void aPromptFileIsRefusedInOneLine() throws IOException {
    Path file = Files.writeString(folder.resolve("mine.txt"), "a flat cat\n");
    Object[] mine = {"-o", folder.resolve("refused"), "--prompt-file", file};
    Object[] command = with(new Object[] {"evaluate", "--model", Models.SANA}, mine);
    Run.sana(command).isRefused(file + ", line 1: not a JSON object", "scenes.jsonl");
    for (String option : List.of("--prompts=3", "--rows=pair", "--split=test", "--shapes=wide=1")) {
      Run.sana(with(command, option)).isRefused("give --prompt-file or --", "not both");
    }
    Run.sana(with(new Object[] {"evaluate", "--autoencoder", Models.SANA}, mine))
        .isRefused("give --prompt-file or --autoencoder, not both");
    Files.delete(file);
    Run.sana(command).isRefused("there is no file");
    assertThat(folder).isEmptyDirectory();
  }
}
