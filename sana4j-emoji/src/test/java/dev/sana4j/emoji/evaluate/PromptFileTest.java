package dev.sana4j.emoji.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.emoji.evaluate.EvaluationOptions.Prompts;
import dev.sana4j.emoji.scene.Background;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.Scene.Kind;
import dev.sana4j.emoji.scene.Scene.Shape;
import dev.sana4j.emoji.scene.SceneCaptions;
import dev.sana4j.emoji.scene.SceneGenerator;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import dev.sana4j.emoji.scene.SceneMix;
import dev.sana4j.emoji.scene.SceneShards;
import dev.sana4j.emoji.scene.Shares;
import dev.sana4j.emoji.scene.Style;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptFileTest {
  private static final String CAT =
      "{'kind':'single','style':'flat','background':'red','objects':[{'id':'cat'}]}";
  private static final String PAIR =
      "{'kind':'pair','style':'3D','background':'blue','objects':[{'id':'cat'},{'id':'dog'}]}";

  @TempDir private Path folder;

  private Path file(String... lines) throws IOException {
    String text = String.join("\n", lines).replace('\'', '"') + "\n";
    return Files.writeString(folder.resolve("mine.jsonl"), text);
  }

  private PromptFile read(String... lines) throws IOException {
    return PromptFile.read(file(lines), 60, 0);
  }

  private static List<ScenePrompt> singles(PromptFile file) {
    return file.prompts().getOrDefault(Kind.SINGLE, List.of());
  }

  @Test
  void theScenesBesideADataSetAreReadAsTheyAre() {
    var generator =
        new SceneGenerator(
            Exam.SPRITES.objects(60),
            Split.TRAIN,
            SceneMix.of(
                Shares.parse(Kind.class, "single=1,pair=1,count=1,color=1"),
                Shares.parse(Shape.class, Exam.ALL_SHAPES)));
    var plan = new SceneShards.Plan(40, 64, 3);
    new SceneShards(generator, Exam.RENDERER, plan).write(folder.resolve("set"), done -> {});
    PromptFile file = PromptFile.read(folder.resolve("set/scenes.jsonl"), 60, 0);
    assertThat(file.shapes()).isEqualTo(Exam.ALL_SHAPES);
    assertThat(file.prompts()).hasSize(4);
    List<ScenePrompt> all = file.prompts().values().stream().flatMap(List::stream).toList();
    assertThat(all).hasSize(40);
    for (int i = 0; i < 40; i++) {
      Scene scene = generator.scene(3, i);
      assertThat(all).anySatisfy(prompt -> assertThatItIs(prompt, scene));
    }
  }

  private static void assertThatItIs(ScenePrompt prompt, Scene scene) {
    Scene read = prompt.scene();
    assertThat(prompt.english()).isEqualTo(SceneCaptions.english(scene));
    assertThat(prompt.chinese()).isEqualTo(SceneCaptions.chinese(scene));
    assertThat(read.kind()).isEqualTo(scene.kind());
    assertThat(read.shape()).isEqualTo(scene.shape());
    for (int i = 0; i < scene.places().size(); i++) {
      assertThat(read.object(i)).isEqualTo(scene.object(i));
      assertThat(read.places().get(i).x()).isCloseTo(scene.places().get(i).x(), within(0.001));
      assertThat(read.places().get(i).y()).isCloseTo(scene.places().get(i).y(), within(0.001));
      assertThat(read.places().get(i).size())
          .isCloseTo(scene.places().get(i).size(), within(0.001));
    }
  }

  @Test
  void withoutBoxesTheSeedPlacesTheObjects() throws IOException {
    Path path = file(CAT, CAT);
    List<ScenePrompt> row = singles(PromptFile.read(path, 60, 1));
    assertThat(row).isEqualTo(singles(PromptFile.read(path, 60, 1)));
    assertThat(row).isNotEqualTo(singles(PromptFile.read(path, 60, 2)));
    assertThat(row.get(0).scene().places()).isNotEqualTo(row.get(1).scene().places());
    Scene scene = row.get(0).scene();
    assertThat(scene.shape()).isEqualTo(Shape.SQUARE);
    assertThat(scene.style()).isEqualTo(Style.FLAT);
    assertThat(scene.background()).isEqualTo(Background.RED);
    assertThat(scene.places().get(0).size()).isBetween(0.6, 0.75);
  }

  @Test
  void promptsOfTheFileStandForTheUsualOnes() throws IOException {
    String told = CAT.replace("'kind'", "'english':'a cat, perhaps','kind'");
    List<ScenePrompt> row = singles(read(told, "", CAT));
    assertThat(row.get(0).text(Language.ENGLISH)).isEqualTo("a cat, perhaps");
    assertThat(row.get(0).text(Language.CHINESE)).isEqualTo(row.get(1).chinese());
    assertThat(row.get(1).english()).isEqualTo("a flat cat on a red background");
  }

  @Test
  void rowsAndShapesAreThoseOfTheFile() throws IOException {
    String wide = PAIR.replace("'kind'", "'width':96,'height':64,'kind'");
    Prompts prompts = Prompts.of(read(wide, wide, wide, CAT, CAT), 64);
    assertThat(prompts.rows()).containsExactlyInAnyOrder(Kind.PAIR, Kind.SINGLE);
    assertThat(prompts.shapes()).isEqualTo("square=1,wide=1");
    assertThat(prompts.each()).isEqualTo(3);
    var set = new EvaluationSet(prompts);
    assertThat(set.real(Kind.PAIR)).hasSize(3);
    assertThat(set.others(Kind.PAIR)).hasSize(3);
    assertThat(set.others(Kind.SINGLE)).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "a cat on red | not a JSON object; a prompt file has one JSON object per line, like the"
            + " scenes.jsonl",
        "{'kind': | not valid JSON at column",
        "{} {} | not valid JSON at column",
        "{'style':'flat'} | the kind is missing, not one of single, pair, count, color",
        "{'kind':'many'} | the kind is \"many\", not one of single, pair, count, color",
        "{'kind':'pair','style':'oil'} | the style is \"oil\", not one of flat, 3d",
        "{'kind':'pair','style':'flat','background':7} | the background is 7, not one of red,",
      })
  void whatIsNoSceneIsRefusedWithItsLine(String line, String problem) throws IOException {
    assertRefused(line, problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "single | {'id':'cow'},{'id':'cow'} | the kind single has 1 object, not 2",
        "pair | {'id':'cow'} | the kind pair has 2 objects, not 1",
        "count | {'id':'cow'},{'id':'cow'},{'id':'cow'},{'id':'cow'},{'id':'cow'},{'id':'cow'} | 1"
            + " to 5 objects, not 6",
        "pair | {'id':'cow'},{'id':'cow'} | a pair is of two different objects",
        "count | {'id':'cow'},{'id':'cat'} | the objects of a count are all the same",
        "single | {'id':'unicorns'} | the id of an object is \"unicorns\", which is unknown",
        "single | 'cat' | the id of an object is missing, which is unknown",
        "single | {'id':'cow','box':[1,2,3,4]} | boxes need the width and height",
        "pair | {'id':'cow','box':[1,2,3,4]},{'id':'cat'} | a box for every object or for none",
      })
  void objectsThatMakeNoSceneAreRefused(String kind, String objects, String problem)
      throws IOException {
    assertRefused(scene(kind, objects), problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "single | {'id':'cow','box':[1,2,3]} | the box of cow is [1,2,3], not left, top",
        "single | {'id':'cow','box':[10,10,90,60]} | in the 64 x 64 pixels",
        "single | {'id':'cow','box':[10,10,10.001,10.001]} | in the 64 x 64 pixels",
        "single | {'id':'cow','box':[40,10,20,60]} | in the 64 x 64 pixels",
        "single | {'id':'cow','box':['a',10,20,60]} | in the 64 x 64 pixels",
      })
  void boxesThatAreNoneAreRefused(String kind, String objects, String problem) throws IOException {
    assertRefused(scene(kind, objects).replace("'kind'", "'width':64,'height':64,'kind'"), problem);
  }

  @Test
  void aPairHasTheRelationOfItsBoxes() throws IOException {
    String sides = "{'id':'cow','box':[40,9,60,29]},{'id':'cat','box':[4,9,24,29]}";
    String line = scene("pair", sides).replace("'kind'", "'width':64,'height':64,'kind'");
    List<ScenePrompt> row = read(line, line).prompts().getOrDefault(Kind.PAIR, List.of());
    assertThat(row.get(0).english())
        .isEqualTo("a flat cow right of a flat cat on a red background");
    assertRefused(
        line.replace("'kind'", "'relation':'left','kind'"),
        "the relation of the pair is left, but that of its boxes is right");
  }

  @Test
  void relationsAndColoursNeedNoBoxes() throws IOException {
    String pair = PAIR.replace("'kind'", "'relation':'below','kind'");
    String car =
        "{'kind':'color','color':'blue','style':'flat','background':'red','objects':[{'id':'car'}]}";
    PromptFile file = read(pair, pair, car, car);
    assertThat(file.prompts().getOrDefault(Kind.PAIR, List.of()).get(0).english())
        .isEqualTo("a 3D cat below a 3D dog on a blue background");
    assertThat(file.prompts().getOrDefault(Kind.COLOR, List.of()).get(0).english())
        .isEqualTo("a flat blue car on a red background");
    assertRefused(car.replace("blue", "pink"), "the color is \"pink\", not one of red, orange");
    assertRefused(
        car.replace("'car'", "'panda'"), "the object \"panda\" is not drawn in other colours");
    assertRefused(
        pair.replace("below", "behind"), "the relation is \"behind\", not one of left, right");
  }

  private static String scene(String kind, String objects) {
    return "{'kind':'" + kind + "','style':'flat','background':'red','objects':[" + objects + "]}";
  }

  @Test
  void promptsThatNoModelTakesAreRefused() throws IOException {
    assertRefused(CAT.replace("'kind'", "'english':' ','kind'"), "the prompt is empty");
    assertRefused(
        CAT.replace("'kind'", "'chinese':5,'kind'"), "the chinese prompt is 5, which is not text");
    String endless = "x".repeat(1 << 17);
    assertRefused(CAT.replace("'kind'", "'english':'" + endless + "','kind'"), "shorten it to");
    assertRefused(CAT.replace("'kind'", "'width':0,'height':64,'kind'"), "whole numbers above 0");
    assertRefused(CAT.replace("'kind'", "'width':64,'kind'"), "whole numbers above 0");
  }

  private void assertRefused(String line, String problem) throws IOException {
    Path path = file(CAT, line);
    assertThatThrownBy(() -> PromptFile.read(path, 60, 0))
        .isInstanceOf(EvaluationException.class)
        .hasMessageStartingWith(path + ", line 2: ")
        .hasMessageContaining(problem)
        .message()
        .hasLineCount(1)
        .hasSizeLessThan(400);
  }

  @Test
  void anObjectBeyondThoseAskedForIsRefused() throws IOException {
    Path path = file(CAT, CAT);
    assertThatThrownBy(() -> PromptFile.read(path, 3, 0))
        .hasMessageContaining("line 1: the object \"cat\" is number 17, and only the first 3 are");
  }

  @Test
  void aKindWithASingleSceneIsRefused() throws IOException {
    Path path = file(CAT, PAIR, CAT);
    assertThatThrownBy(() -> PromptFile.read(path, 60, 0))
        .hasMessage(path + ", line 2: the only scene of the kind pair; a kind needs at least 2");
  }

  @Test
  void filesThatCannotBeOnesAreRefused() throws IOException {
    assertThatThrownBy(() -> PromptFile.read(folder, 60, 0))
        .hasMessage("there is no file " + folder);
    Path empty = file("");
    assertThatThrownBy(() -> PromptFile.read(empty, 60, 0))
        .hasMessageEndingWith("the file is empty; expected one scene per line");
    Path latin = folder.resolve("latin.jsonl");
    Files.write(latin, "{\"english\":\"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> PromptFile.read(latin, 60, 0))
        .hasMessage(latin + ", line 1: not UTF-8");
    Path large = folder.resolve("large.jsonl");
    try (var file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength((64 << 20) + 1);
    }
    assertThatThrownBy(() -> PromptFile.read(large, 60, 0)).hasMessageContaining("larger than");
    Path path = Files.writeString(folder.resolve("long.jsonl"), "\n".repeat(100_001));
    assertThatThrownBy(() -> PromptFile.read(path, 60, 0))
        .hasMessage(path + ", line 100001: a prompt file has at most 100000 lines");
  }
}
