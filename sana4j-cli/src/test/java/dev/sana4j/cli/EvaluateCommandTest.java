package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
  private static final Map<String, Integer> QUICK =
      Map.of("--size", 48, "--prompts", 3, "--steps", 1, "--scorer-steps", 1, "--batch", 2);

  @TempDir private Path folder;

  /** Adds the arguments of a small and quick evaluation, unless they are given. */
  static Run evaluate(Object... given) {
    List<Object> arguments = new ArrayList<>(List.of("evaluate"));
    List<Object> named = List.of(given);
    QUICK.forEach(
        (option, value) -> {
          if (!named.contains(option)) {
            arguments.addAll(List.of(option, value));
          }
        });
    arguments.addAll(named);
    return Run.sana(arguments.toArray());
  }

  private static JsonNode json(Path output) throws IOException {
    return Models.JSON.readTree(output.resolve("evaluation.json").toFile());
  }

  static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aWholeEvaluationGivesTableJsonSheetAndScorersThatAreUsedAgain() throws IOException {
    Path first = folder.resolve("first");
    Run run = evaluate("--model", Models.SANA, "-o", first, "--keep-pictures").succeeds();
    assertThat(run.out())
        .contains("object", "ordered", "Frechet", "autoencoder: PSNR")
        .containsPattern("single en +colour")
        .containsPattern("count zh +grey")
        .contains(first.resolve("evaluation.json").toString());
    assertThat(names(first))
        .containsExactly("contact-sheet.png", "evaluation.json", "pictures", "scorers");
    assertThat(names(first.resolve("pictures"))).hasSize(24).contains("pair-zh-0002.png");
    JsonNode rows = json(first).get("rows");
    assertThat(rows).hasSize(8);
    rows.forEach(EvaluateCommandTest::assertThatNumbersAreInRange);
    assertThat(rows.get(0).at("/images").asInt()).isEqualTo(3);
    assertThat(json(first).at("/autoencoder/images").asInt()).isPositive();

    Path second = folder.resolve("second");
    Run again = pairs(first.resolve("scorers"), second).succeeds();
    assertThat(again.err()).contains("scorers from");
    assertThat(names(second)).containsExactly("contact-sheet.png", "evaluation.json");
    JsonNode before = rows.get(2);
    JsonNode after = json(second).get("rows").get(0);
    assertThat(after.get("grey")).isEqualTo(before.get("grey"));
    assertThat(after.get("background")).isEqualTo(before.get("background"));
  }

  private static Run pairs(Path scorers, Path output) {
    return evaluate("--model", Models.SANA, "-o", output, "--rows", "pair", "--scorers", scorers);
  }

  private static void assertThatNumbersAreInRange(JsonNode row) {
    assertThat(row.at("/background/real/percent").asDouble()).isEqualTo(100);
    for (String scorer : List.of("colour", "grey")) {
      JsonNode judged = row.get(scorer);
      assertThat(judged.get("frechet").asDouble()).isNotNegative().isFinite();
      assertThat(judged.get("frechet_of_real").asDouble()).isNotNegative().isFinite();
      judged.forEach(
          figure -> {
            if (figure.isObject()) {
              JsonNode made = figure.get("made");
              assertThat(made.get("percent").asDouble()).isBetween(0.0, 100.0);
              assertThat(made.get("low").asDouble())
                  .isLessThanOrEqualTo(made.get("percent").asDouble());
              assertThat(made.get("high").asDouble())
                  .isGreaterThanOrEqualTo(made.get("percent").asDouble());
            }
          });
    }
  }

  @Test
  void anAutoencoderAloneNeedsNoScorers() throws IOException {
    Path whole = folder.resolve("whole");
    Run run = evaluate("--autoencoder", Models.SANA, "-o", whole, "--shapes", "wide=1").succeeds();
    assertThat(run.out()).contains("PSNR", "200 real scenes, float32");
    assertThat(names(whole)).containsExactly("evaluation.json");
    Path part = folder.resolve("part");
    Path vae = Models.SANA.resolve("vae");
    evaluate("--autoencoder", vae, "-o", part, "--shapes", "wide=1").succeeds();
    JsonNode figures = json(whole).get("autoencoder");
    assertThat(figures.get("psnr").asDouble())
        .isEqualTo(json(part).at("/autoencoder/psnr").asDouble())
        .isGreaterThanOrEqualTo(figures.get("psnr_of_mean_error").asDouble())
        .isBetween(0.0, 60.0);
    assertThat(figures.get("ssim").asDouble()).isBetween(-1.0, 1.0);
  }

  @Test
  void wrongArgumentsAreRefusedInOneLineAndLeaveNothing() {
    Path output = folder.resolve("refused");
    evaluate("-o", output, "--model", Models.SANA, "--autoencoder", Models.SANA)
        .isRefused("not both");
    evaluate("--model", Models.SANA).isRefused("--output");
    Object[] model = {"--model", Models.SANA, "-o", output};
    evaluate(with(model, "--size", 100)).isRefused("multiples of 16, not 100");
    evaluate(with(model, "--prompts", 1)).isRefused("2 to 100000 prompts, not 1");
    evaluate(with(model, "--objects", 151)).isRefused("1 to 150 objects, not 151");
    evaluate(with(model, "--objects", 40)).isRefused("no scene of 2 objects");
    evaluate(with(model, "--rows", "many")).isRefused("--rows");
    evaluate(with(model, "--shapes", "round=1")).isRefused("is not a list of shares");
    evaluate(with(model, "--guidance", 1000)).isRefused("guidance 1000.0 is not between");
    evaluate(with(model, "--batch", 0)).isRefused("1 to 1000 images, not 0");
    evaluate("--autoencoder", folder, "-o", output).isRefused("contains no autoencoder");
    evaluate("--model", folder.resolve("absent"), "-o", output).isRefused("there is no folder");
    assertThat(folder).isEmptyDirectory();
  }

  static Object[] with(Object[] arguments, Object... more) {
    return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray();
  }

  @Test
  void anEvaluationIsNotReplacedUnlessAsked() throws IOException {
    Files.writeString(folder.resolve("evaluation.json"), "{}");
    evaluate("--autoencoder", Models.SANA, "-o", folder).isRefused("pass --overwrite");
    evaluate("--autoencoder", Models.SANA, "-o", folder, "--overwrite").succeeds();
    assertThat(json(folder).has("autoencoder")).isTrue();
  }
}
