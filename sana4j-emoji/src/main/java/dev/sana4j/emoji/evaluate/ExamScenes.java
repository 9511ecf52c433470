package dev.sana4j.emoji.evaluate;

import dev.sana4j.data.Draws;
import dev.sana4j.emoji.scene.EmojiObject;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneGenerator;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import dev.sana4j.emoji.scene.Shares;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws the scenes of an evaluation. */
final class ExamScenes {
  /** Makes the scenes differ from those that the same seed draws for a training. */
  private static final long SALT = 0x4576616C75617465L;

  private static final int MOST_ATTEMPTS = 20_000;
  private static final int MOST_COUNTED = 3;
  private static final String MIXED = "single=0.6,pair=0.25,count=0.15";

  private final List<EmojiObject> objects;
  private final Shares<Scene.Shape> shapes;
  private final Split split;
  private final long seed;

  ExamScenes(List<EmojiObject> objects, EvaluationOptions.Prompts prompts) {
    this.objects = objects;
    this.shapes = Shares.parse(Scene.Shape.class, prompts.shapes());
    this.split = prompts.split();
    this.seed = Draws.scrambled(prompts.seed() ^ SALT);
  }

  /** Returns scenes of one kind; counts have one, two and three objects in turn. */
  List<Scene> of(Scene.Kind kind, int count) {
    if (kind == Scene.Kind.COUNT) {
      return counts(count);
    }
    return row(split, kind.name().toLowerCase(Locale.ROOT) + "=1", count);
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
    return new SceneGenerator(objects, from, Shares.parse(Scene.Kind.class, kinds), shapes);
  }

  private List<Scene> counts(int count) {
    SceneGenerator any = generator(split, "count=1");
    SceneGenerator trained = generator(Split.TRAIN, "count=1"); // one is never held out
    long[] next = new long[MOST_COUNTED];
    List<Scene> scenes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i % MOST_COUNTED + 1;
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
        "no scene of %2$d objects can be drawn from %1$d objects in the split %3$s; use more objects"
            .formatted(objects.size(), number, split.name().toLowerCase(Locale.ROOT)));
  }
}
