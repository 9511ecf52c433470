package dev.sana4j.server.http;

import static dev.sana4j.server.NodeScript.image;
import static dev.sana4j.server.http.PageBrowser.SIDE;
import static dev.sana4j.server.http.PageBrowser.picture;
import static dev.sana4j.server.http.PageBrowser.use;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.server.NodeScript;
import dev.sana4j.server.ServerFixture;
import dev.sana4j.server.ServerSettings;
import dev.sana4j.server.http.PageBrowser.Run;
import dev.sana4j.server.jobs.FakeGenerator;
import dev.sana4j.server.jobs.FakeModel;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.jobs.ModelPool;
import dev.sana4j.server.jobs.NearestJudge;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The settings of the page in Chromium; runs only with Chromium and Node.js, and after npm ci. */
class WebPageSettingsTest {
  @Test
  void ownSizesAreTypedAndImagesAreZoomedAndEnlarged() throws IOException, InterruptedException {
    JsonNode seen = use("sizes");
    assertThat(seen.path("width").asInt()).isEqualTo(48);
    assertThat(seen.path("height").asInt()).isEqualTo(24);
    assertThat(seen.path("zoom").asText()).isEqualTo("150 %");
    assertThat(seen.path("upscale").asInt()).isEqualTo(2);
    assertThat(seen.path("wide").asText()).isEqualTo("96");
  }

  @Test
  void adaptersAreChosenWeightedAndRemoved(@TempDir Path folder)
      throws IOException, InterruptedException {
    Files.write(folder.resolve("ink.safetensors"), new byte[8]);
    Files.write(folder.resolve("style.safetensors"), new byte[8]);
    ServerSettings settings = ServerFixture.settings(LoraFolder.of(folder));
    try (var server = new ServerFixture(new FakeGenerator(), Filters.NONE, settings)) {
      JsonNode seen = use("loras", server, image(Map.of()));
      assertThat(seen.path("offered")).extracting(JsonNode::asText).containsExactly("ink", "style");
      assertThat(seen.path("both"))
          .hasToString("[{\"name\":\"ink\",\"scale\":1},{\"name\":\"style\",\"scale\":0.5}]");
      assertThat(seen.path("one")).hasToString("[{\"name\":\"style\",\"scale\":0.5}]");
      assertThat(seen.path("facts").asText()).contains("ink (1), style (0.5)");
    }
  }

  @Test
  void anImageAndItsMaskStayWhenAnotherModelIsChosen() throws IOException, InterruptedException {
    ModelPool pool =
        new ModelPool(
            List.of(new FakeModel("one", 1), new FakeModel("other", 1)),
            2,
            (known, freed) -> List.of());
    try (var server = new ServerFixture(pool, Filters.NONE, ServerSettings.local(0))) {
      JsonNode seen = use("models", server, image(Map.of()));
      assertThat(seen.path("model").asText()).isEqualTo("other");
      assertThat(seen.path("count").asInt()).isEqualTo(2);
      BufferedImage mask = picture(seen.path("mask").asText());
      assertThat(mask.getRGB(SIDE / 2, SIDE / 2)).isEqualTo(0xffffffff);
      assertThat(mask.getRGB(1, 1)).isEqualTo(0xff000000);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "an apple | flat | none | a flat apple",
        "a red apple on a blue background | flat | none | a flat red apple on a blue background",
        "two cats | solid | white | two 3D cats on a white background",
        "a flat dog on a red background | solid | none | a 3D dog on a red background",
        "🍎 on a black background | flat | none | a flat apple on a black background",
        "🍎🍎 | solid | red | two 3D apples on a red background",
        "🍎🍎🍎🍎 | solid | red | three 3D apples on a red background",
        "an owl on the green background. | none | blue | an owl on a blue background.",
        "a castle | flat | none | a castle",
        "一只猫 | flat | none | 一只扁平风格的猫",
        "蓝色背景上的一只猫头鹰 | solid | none | 蓝色背景上的一只3D风格的猫头鹰",
        "一个苹果 | solid | red | 一个3D风格的苹果，红色背景",
        "蓝色背景上的一只扁平风格的猫 | solid | white | 白色背景上的一只3D风格的猫",
      })
  void stylesAndBackgroundsUseTheWordsThatTheModelKnows(
      String prompt, String style, String background, String expected)
      throws IOException, InterruptedException {
    assumeTrue(NodeScript.isThereNode(), "Node.js is not installed");
    ObjectNode input = ServerFixture.JSON.createObjectNode();
    input.set("guide", ServerFixture.JSON.readTree(FakeGenerator.guide()));
    input
        .putArray("cases")
        .addObject()
        .put("prompt", prompt)
        .put("style", style)
        .put("background", background);
    String script =
        Path.of("src/main/resources/dev/sana4j/server/web/js/styles.js")
            .toAbsolutePath()
            .toString();
    JsonNode made =
        ServerFixture.JSON.readTree(NodeScript.run(input.toString(), "prompts.mjs", script));
    assertThat(made.get(0).path("prompt").asText()).isEqualTo(expected);
  }

  @Test
  void aControlImageIsSentWithItsEdges() throws IOException, InterruptedException {
    JsonNode seen = use("control", Run.guided(Duration.ZERO));
    JsonNode request = seen.path("request");
    assertThat(picture(request.path("control").asText()).getWidth()).isEqualTo(SIDE);
    assertThat(request.path("edges").asText()).isEqualTo("sobel");
    assertThat(request.path("control_scale").asDouble()).isEqualTo(0.5);
    assertThat(request.path("control_to").asDouble()).isEqualTo(0.75);
    assertThat(seen.path("facts").asText()).contains("with a control image");
    assertThat(seen.path("without").asBoolean())
        .as("a control image after it was removed")
        .isFalse();
  }

  @Test
  void aModelWithoutControlNetOffersNoControlImage() throws IOException, InterruptedException {
    assertThat(use("offers").path("control").asBoolean()).isFalse();
  }

  @Test
  void theBestOfSeveralIsAskedForAndItsScoreIsShown() throws IOException, InterruptedException {
    ServerSettings settings = ServerSettings.local(0).judgedBy(new NearestJudge(12));
    try (var server = new ServerFixture(new FakeGenerator(), Filters.NONE, settings)) {
      JsonNode seen = use("best", server, image(Map.of()));
      assertThat(seen.path("offered"))
          .extracting(JsonNode::asText)
          .containsExactly("1", "2", "4", "8");
      assertThat(seen.path("refused").asText()).contains("These are 16 images", "at most 10");
      assertThat(seen.path("request").path("best_of").asInt()).isEqualTo(8);
      assertThat(seen.path("facts").asText()).contains("Best of8, with the score 0");
      assertThat(seen.path("again").path("best_of").asInt()).isEqualTo(8);
      assertThat(seen.path("larger").has("best_of")).isFalse();
      assertThat(seen.path("chinese").asText()).contains("优选", "8 选 1");
    }
  }

  @Test
  void aServerWithoutAJudgeDoesNotOfferTheBestOfSeveral() throws IOException, InterruptedException {
    assertThat(use("offers").path("best").asBoolean()).isFalse();
  }
}
