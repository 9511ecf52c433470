package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.emoji.scene.EmojiObject;
import dev.sana4j.emoji.scene.Sprites;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The styles and backgrounds that the page offers for the bundled model, by the scorers of an
 * evaluation.
 */
@Tag("slow")
class EmojiStylesTest {
  private static final Path SERVER = Path.of("../sana4j-server/src");
  private static final String PAGE = "main/resources/dev/sana4j/server/web/js/styles.js";
  private static final int OBJECTS = 8;

  @TempDir private Path folder;

  /** A choice on the page, and the scene that it should give. */
  private record Choice(EmojiObject object, String style, String background) {
    /**
     * Returns the prompt as a person types it; a style is chosen for a prompt with a background.
     */
    String typed(boolean english) {
      String name =
          english
              ? object.english().one()
              : "一" + object.chinese().measure() + object.chinese().noun();
      boolean needsGround = background.equals("none");
      return name + (needsGround ? english ? " on a yellow background" : "，黄色背景" : "");
    }

    ObjectNode scene() {
      ObjectNode scene = Models.JSON.createObjectNode().put("kind", "single");
      scene.put("style", style.equals("solid") ? "3d" : "flat");
      scene.put("background", background.equals("none") ? "yellow" : background);
      scene.putArray("objects").addObject().put("id", object.id());
      return scene;
    }
  }

  private static List<Choice> choices(JsonNode guide) {
    List<Choice> choices = new ArrayList<>();
    for (EmojiObject object : Sprites.load().objects(OBJECTS)) {
      for (JsonNode style : guide.path("styles")) {
        choices.add(new Choice(object, style.path("id").asText(), "none"));
      }
      for (JsonNode ground : guide.path("backgrounds")) {
        choices.add(new Choice(object, "none", ground.path("id").asText()));
      }
    }
    return choices;
  }

  /** Returns the prompts that the page makes of the choices, first in English, then in Chinese. */
  private static JsonNode prompts(JsonNode guide, List<Choice> choices)
      throws IOException, InterruptedException {
    ObjectNode input = Models.JSON.createObjectNode();
    input.set("guide", guide);
    ArrayNode cases = input.putArray("cases");
    for (boolean english : new boolean[] {true, false}) {
      choices.forEach(
          choice ->
              cases
                  .addObject()
                  .put("prompt", choice.typed(english))
                  .put("style", choice.style())
                  .put("background", choice.background()));
    }
    Process node =
        new ProcessBuilder(
                "node",
                SERVER.resolve("test/js/prompts.mjs").toString(),
                SERVER.resolve(PAGE).toString())
            .redirectErrorStream(true)
            .start();
    try (OutputStream out = node.getOutputStream()) {
      out.write(input.toString().getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(node.waitFor()).as(said).isZero();
    return Models.JSON.readTree(said);
  }

  @Test
  void everyStyleAndBackgroundKeepsTheObject() throws IOException, InterruptedException {
    assumeTrue(
        Stream.of(String.valueOf(System.getenv("PATH")).split(":"))
            .anyMatch(part -> Files.isExecutable(Path.of(part, "node"))),
        "Node.js is not installed");
    JsonNode guide = Models.JSON.readTree(EmojiModel.open().root().resolve("guide.json").toFile());
    Path output = folder.resolve("evaluation");
    Run.sana(
            "evaluate",
            "--prompt-file",
            Files.write(folder.resolve("scenes.jsonl"), scenes(guide)),
            "--objects",
            2 * OBJECTS,
            "--scorer-steps",
            250,
            "--guidance",
            guide.path("guidance").asDouble(),
            "-o",
            output)
        .succeeds();
    JsonNode rows = Models.JSON.readTree(output.resolve("evaluation.json").toFile()).path("rows");
    assertThat(rows).hasSize(2);
    for (JsonNode row : rows) {
      assertThat(object(row)).as(row.toString()).isGreaterThan(90);
    }
  }

  /** Returns the scenes of all choices with their prompts, as JSON lines. */
  private static List<String> scenes(JsonNode guide) throws IOException, InterruptedException {
    List<Choice> choices = choices(guide);
    JsonNode prompts = prompts(guide, choices);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < choices.size(); i++) {
      ObjectNode scene = choices.get(i).scene();
      scene.put("english", prompts.get(i).path("prompt").asText());
      scene.put("chinese", prompts.get(choices.size() + i).path("prompt").asText());
      lines.add(scene.toString());
    }
    return lines;
  }

  private static double object(JsonNode row) {
    return row.path("colour").path("object").path("made").path("percent").asDouble();
  }
}
