package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.EmojiObject;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneRenderer;
import dev.sana4j.emoji.scene.Sprites;
import dev.sana4j.image.RgbImage;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The prompts for every model of an evaluation, and the real images of their scenes. */
final class EvaluationSet {
  private final int side;
  private final List<EmojiObject> objects;
  private final SceneRenderer renderer;
  private final Map<Scene.Kind, List<ScenePrompt>> asked = new EnumMap<>(Scene.Kind.class);
  private final Map<Scene.Kind, List<Scene>> others = new EnumMap<>(Scene.Kind.class);

  /** Draws the scenes, or uses those of the file. */
  EvaluationSet(EvaluationOptions.Prompts prompts) {
    Sprites sprites = Sprites.load();
    side = prompts.side();
    renderer = new SceneRenderer(sprites);
    objects = sprites.objects(prompts.objects());
    var exam = new ExamScenes(objects, prompts);
    for (Scene.Kind kind : Scene.Kind.values()) {
      if (prompts.rows().contains(kind)) {
        PromptFile file = prompts.file();
        if (file == null) {
          List<Scene> drawn = exam.of(kind, 2 * prompts.each());
          asked.put(kind, drawn.subList(0, prompts.each()).stream().map(ScenePrompt::of).toList());
          others.put(kind, drawn.subList(prompts.each(), drawn.size()));
        } else {
          List<ScenePrompt> row = file.prompts().getOrDefault(kind, List.of());
          asked.put(kind, row);
          others.put(kind, exam.of(kind, row.size()));
        }
      }
    }
  }

  List<EmojiObject> objects() {
    return objects;
  }

  SceneRenderer renderer() {
    return renderer;
  }

  /** Returns the scorers' class index of each object by its id. */
  Map<String, Integer> numbers() {
    Map<String, Integer> numbers = new HashMap<>();
    objects.forEach(object -> numbers.put(object.id(), numbers.size()));
    return numbers;
  }

  /** Returns the kinds of scenes; each is evaluated in every language. */
  Set<Scene.Kind> kinds() {
    return asked.keySet();
  }

  List<ScenePrompt> prompts(Scene.Kind kind) {
    return asked.getOrDefault(kind, List.of());
  }

  List<Scene> scenes(Scene.Kind kind) {
    return prompts(kind).stream().map(ScenePrompt::scene).toList();
  }

  Set<Scene.Shape> shapes() {
    return asked.values().stream()
        .flatMap(List::stream)
        .map(prompt -> prompt.scene().shape())
        .collect(Collectors.toSet());
  }

  /** Returns real images of a row's scenes. */
  List<RgbImage> real(Scene.Kind kind) {
    return drawn(scenes(kind));
  }

  /** Returns as many real images of other scenes, for the distance between real images. */
  List<RgbImage> others(Scene.Kind kind) {
    return drawn(others.getOrDefault(kind, List.of()));
  }

  private List<RgbImage> drawn(List<Scene> scenes) {
    return scenes.stream().map(scene -> renderer.render(scene, scene.shape().size(side))).toList();
  }
}
