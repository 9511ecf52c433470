package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.evaluate.EvaluationOptions.Prompts;
import dev.sana4j.emoji.evaluate.EvaluationOptions.Sampling;
import dev.sana4j.emoji.evaluate.EvaluationOptions.ScorerPlan;
import dev.sana4j.emoji.scene.EmojiObject;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import dev.sana4j.emoji.scene.SceneRenderer;
import dev.sana4j.emoji.scene.Sprites;
import dev.sana4j.image.RgbImage;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sprites, loaded once, and small evaluations of them. */
final class Exam {
  static final Sprites SPRITES = Sprites.load();
  static final SceneRenderer RENDERER = new SceneRenderer(SPRITES);
  static final String ALL_SHAPES = "square=1,wide=1,tall=1";

  private Exam() {}

  static Prompts prompts(int objects, int each, int side, String shapes, Split split) {
    return new Prompts(objects, each, 3, side, shapes, split, Set.of(Scene.Kind.values()));
  }

  static EvaluationOptions options(Prompts prompts, Path scorers, int steps, boolean replace) {
    return new EvaluationOptions(
        prompts, new Sampling(2, null, 5), new ScorerPlan(scorers, steps, 0, replace));
  }

  static List<Scene> scenes(Prompts prompts, Scene.Kind kind, int count) {
    return new ExamScenes(SPRITES.objects(prompts.objects()), prompts).of(kind, count);
  }

  static List<RgbImage> images(Prompts prompts, List<Scene> scenes) {
    return scenes.stream()
        .map(scene -> RENDERER.render(scene, scene.shape().size(prompts.side())))
        .toList();
  }

  static Map<String, Integer> numbers(int objects) {
    Map<String, Integer> numbers = new HashMap<>();
    for (EmojiObject object : SPRITES.objects(objects)) {
      numbers.put(object.id(), numbers.size());
    }
    return numbers;
  }

  static Scorers scorers(EvaluationOptions options) {
    List<EmojiObject> objects = SPRITES.objects(options.prompts().objects());
    return Scorers.open(
        options.scorers(),
        ScorerFit.of(objects, options),
        objects,
        RENDERER,
        EvaluationListener.SILENT);
  }
}
