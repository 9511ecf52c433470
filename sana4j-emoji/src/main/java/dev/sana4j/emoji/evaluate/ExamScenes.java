package dev.sana4j.emoji.evaluate;

import dev.sana4j.data.Draws;
import dev.sana4j.emoji.scene.EmojiObject;
import dev.sana4j.emoji.scene.Relation;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneGenerator;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import dev.sana4j.emoji.scene.SceneMix;
import dev.sana4j.emoji.scene.Shares;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Draws the scenes of an evaluation. */
final class ExamScenes {
  /** Makes the scenes differ from those that the same seed draws for a training. */
  private static final long SALT = 0x4576616C75617465L;

  private static final int MOST_ATTEMPTS = 20_000;
  private static final String MIXED = "single=0.6,pair=0.25,count=0.15";

  private final List<EmojiObject> objects;
  private final Shares<Scene.Shape> shapes;
  private final EvaluationOptions.Prompts prompts;
  private final Split split;
  private final long seed;

  ExamScenes(List<EmojiObject> objects, EvaluationOptions.Prompts prompts) {
    this.objects = objects;
    this.shapes = Shares.parse(Scene.Shape.class, prompts.shapes());
    this.prompts = prompts;
    this.split = prompts.split();
    this.seed = Draws.scrambled(prompts.seed() ^ SALT);
  }

  /** Returns scenes of one kind; counts have each number in turn, and pairs each relation. */
  List<Scene> of(Scene.Kind kind, int count) {
    return switch (kind) {
      case COUNT -> counts(count);
      case PAIR -> pairs(count);
      case SINGLE, COLOR -> row(split, lower(kind) + "=1", count);
    };
  }

  /** Returns scenes of all kinds. */
  List<Scene> mixed(int count) {
    return row(split, MIXED, count);
  }

  private List<Scene> row(Split from, String kinds, int count) {
    SceneGenerator generator = generator(from, kinds);
    List<Scene> scenes = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      scenes.add(generator.scene(seed, number));
    }
    return scenes;
  }

  private SceneGenerator generator(Split from, String kinds) {
    return new SceneGenerator(objects, from, mix(kinds));
  }

  private SceneMix mix(String kinds) {
    String relations =
        prompts.relations().stream()
            .map(relation -> lower(relation) + "=1")
            .collect(Collectors.joining(","));
    return SceneMix.of(Shares.parse(Scene.Kind.class, kinds), shapes)
        .with(Shares.parse(Relation.class, relations))
        .withCounts(prompts.largestCount());
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private List<Scene> pairs(int count) {
    List<SceneGenerator> generators = new ArrayList<>();
    for (Relation relation : prompts.relations()) {
      Shares<Relation> only = Shares.parse(Relation.class, lower(relation) + "=1");
      generators.add(new SceneGenerator(objects, split, mix("pair=1").with(only)));
    }
    List<Scene> scenes = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      scenes.add(generators.get(number % generators.size()).scene(seed, number));
    }
    return scenes;
  }

  private List<Scene> counts(int count) {
    SceneGenerator any = generator(split, "count=1");
    SceneGenerator trained = generator(Split.TRAIN, "count=1"); // one is never held out
    int largest = prompts.largestCount();
    long[] next = new long[largest];
    List<Scene> scenes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i % largest + 1;
      scenes.add(counted(number == 1 ? trained : any, number, next));
    }
    return scenes;
  }

  /** Returns the next scene with this number of objects. */
  private Scene counted(SceneGenerator generator, int number, long[] next) {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      Scene scene = generator.scene(seed, next[number - 1]++);
      if (scene.places().size() == number) {
        return scene;
      }
    }
    throw new EvaluationException(
        ("no scene of %2$d objects can be drawn from %1$d objects in the split %3$s;"
                + " use more objects")
            .formatted(objects.size(), number, lower(split)));
  }
}
