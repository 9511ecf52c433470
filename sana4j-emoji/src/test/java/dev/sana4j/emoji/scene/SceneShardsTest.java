package dev.sana4j.emoji.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sana4j.data.Caption;
import dev.sana4j.data.DataException;
import dev.sana4j.data.DataSet;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import dev.sana4j.emoji.scene.SceneShards.Plan;
import dev.sana4j.image.ImageSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SceneShardsTest {
  private static final String KINDS = "single=1,pair=1,count=1,color=1";

  private final SceneRenderer renderer = new SceneRenderer(Emoji.SPRITES);
  private final SceneGenerator generator = Emoji.generator(Split.TRAIN, KINDS);

  @TempDir private Path folder;

  private Path write(String name) {
    Path target = folder.resolve(name);
    new SceneShards(generator, renderer, new Plan(12, 64, 3)).write(target, done -> {});
    return target;
  }

  @Test
  void whatIsWrittenIsADataSet() {
    DataSet data = DataSet.open(write("scenes"));
    assertThat(data.size()).isEqualTo(12);
    assertThat(data.skipped().count()).isZero();
    for (int i = 0; i < 12; i++) {
      Scene scene = generator.scene(3, i);
      ImageSize size = scene.shape().size(64);
      assertThat(data.image(i).rgb()).isEqualTo(renderer.render(scene, size).rgb());
      assertThat(data.captions(i)).extracting(Caption::text).hasSize(6).doesNotHaveDuplicates();
    }
  }

  @Test
  void theTruthOfEveryImageStandsBesideTheShards() throws IOException {
    Path target = write("scenes");
    DataSet data = DataSet.open(target);
    List<String> lines = Files.readAllLines(target.resolve("scenes.jsonl"));
    assertThat(lines).hasSize(12);
    for (int i = 0; i < 12; i++) {
      JsonNode truth = new ObjectMapper().readTree(lines.get(i));
      Scene scene = generator.scene(3, i);
      assertThat(truth.path("file").asText()).isEqualTo(data.key(i));
      assertThat(truth.path("background").asText()).isEqualTo(scene.background().english());
      assertThat(truth.path("english").asText()).isEqualTo(SceneCaptions.english(scene));
      boolean isPair = scene.kind() == Scene.Kind.PAIR;
      assertThat(truth.path("relation").asText())
          .isEqualTo(isPair ? scene.relation().name().toLowerCase(Locale.ROOT) : "");
      boolean isTinted = scene.kind() == Scene.Kind.COLOR;
      assertThat(truth.path("color").asText()).isEqualTo(isTinted ? scene.tint().english() : "");
      assertThat(truth.path("objects")).hasSize(scene.places().size());
      assertThat(truth.path("objects").path(0).path("id").asText()).isEqualTo(scene.object(0).id());
      assertThat(truth.path("objects").path(0).path("box")).hasSize(4);
    }
  }

  @Test
  void theSameSeedWritesTheSameBytes() throws IOException {
    Path first = write("first");
    Path second = write("second");
    for (String name : List.of("scenes-00000.tar", "scenes.jsonl")) {
      assertThat(first.resolve(name)).hasSameBinaryContentAs(second.resolve(name));
    }
  }

  @Test
  void progressCountsEveryScene() {
    List<Integer> done = new ArrayList<>();
    new SceneShards(generator, renderer, new Plan(3, 48, 0))
        .write(folder.resolve("scenes"), done::add);
    assertThat(done).containsExactly(1, 2, 3);
  }

  @Test
  void whatExistsIsNotReplaced() {
    write("scenes");
    assertThatThrownBy(() -> write("scenes"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("exists");
  }

  @Test
  void aFailureLeavesNothingBehind() {
    var few =
        new SceneGenerator(
            Emoji.SPRITES.objects(1),
            Split.TRAIN,
            SceneMix.of(
                Shares.parse(Scene.Kind.class, "pair=1"),
                Shares.parse(Scene.Shape.class, "square=1")));
    var shards = new SceneShards(few, renderer, new Plan(3, 48, 0));
    assertThatThrownBy(() -> shards.write(folder.resolve("scenes"), done -> {}))
        .isInstanceOf(DataException.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new Plan(0, 64, 0)).hasMessageContaining("not 0");
    assertThatThrownBy(() -> new Plan(1, 72, 0)).hasMessageContaining("multiples of 16, not 72");
    assertThatThrownBy(() -> new Plan(1, 32, 0)).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> new Plan(1, 2048, 0)).isInstanceOf(DataException.class);
  }
}
