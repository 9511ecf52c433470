package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.pipeline.ImageProvenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateBestOfTest {
  private static final Path CLIP = Models.REFERENCE.resolve("clip/model");

  @TempDir private Path folder;

  private Run generate(Object... options) {
    List<Object> arguments =
        new ArrayList<>(List.of("a cat", "-o", folder.resolve("cat.png"), "--seed", 7));
    Collections.addAll(arguments, options);
    return Run.sana(Models.generate(Models.SANA, arguments.toArray()));
  }

  @Test
  void keepsTheBestImageWithItsScoreAndSeedInTheMetadata() throws IOException {
    generate("--best-of", 3, "--judge", "clip", "--judge-model", CLIP).succeeds();
    Path file = folder.resolve("cat.png");
    JsonNode choice = Models.JSON.readTree(ImageFiles.readTexts(file).get("sana4j-best-of"));
    assertThat(choice.get("judge").asText()).isEqualTo("clip");
    assertThat(choice.get("of").asInt()).isEqualTo(3);
    assertThat(choice.get("dropped")).hasSize(2);
    assertThat(choice.get("dropped").get(0).get("score").asDouble())
        .isLessThanOrEqualTo(choice.get("score").asDouble());
    assertThat(ImageProvenance.read(file).request().seed())
        .isEqualTo(choice.get("seed").asLong())
        .isBetween(7L, 9L);
  }

  @Test
  void theMetadataReproduceTheBestImage() {
    generate("--best-of", 3, "--judge", "clip", "--judge-model", CLIP).succeeds();
    Path again = folder.resolve("again.png");
    Run.sana("generate", "--like", folder.resolve("cat.png"), "-o", again).succeeds();
    assertThat(ImageFiles.read(again).rgb())
        .isEqualTo(ImageFiles.read(folder.resolve("cat.png")).rgb());
  }

  @Test
  void pairsNameKeptAndDroppedImages() throws IOException {
    Path pairs = folder.resolve("pairs.jsonl");
    generate("--best-of", 2, "--judge", "clip", "--judge-model", CLIP, "--pairs", pairs).succeeds();
    JsonNode pair = Models.JSON.readTree(Files.readString(pairs));
    assertThat(pair.at("/chosen/image").asText()).isEqualTo(folder.resolve("cat.png").toString());
    assertThat(Path.of(pair.at("/rejected/image").asText())).exists();
    assertThat(pair.at("/rejected/score").asDouble())
        .isLessThanOrEqualTo(pair.at("/chosen/score").asDouble());
  }

  @Test
  void refusesOptionsThatDoNotFitTogether() {
    generate("--best-of", 4).isRefused("--best-of N and --judge belong together");
    generate("--judge", "clip").isRefused("--best-of N and --judge belong together");
    generate("--best-of", 1, "--judge", "clip").isRefused("--best-of must be 2 to 1000");
    generate("--best-of", 2, "--judge", "clip").isRefused("--judge clip needs --judge-model");
    generate("--pairs", folder.resolve("p.jsonl")).isRefused("--pairs needs --best-of");
    generate("--best-of", 2, "--judge", "scorer", "--judge-model", folder)
        .isRefused("contains no scorers");
    generate("--best-of", 2, "--judge", "clip", "--judge-model", CLIP, "--count", 2)
        .isRefused("--best-of keeps one image, but the request has 2");
  }

  @Test
  void aJudgeThatCannotBeRunIsNamed() {
    generate("-q", "--best-of", 2, "--judge", "sana4j-no-such-program").isRefused("cannot be run");
  }
}
