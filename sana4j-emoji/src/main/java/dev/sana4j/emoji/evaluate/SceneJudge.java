package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Background;
import dev.sana4j.emoji.scene.EmojiObject;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.Scene.Kind;
import dev.sana4j.emoji.scene.Scene.Place;
import dev.sana4j.emoji.scene.Scene.Shape;
import dev.sana4j.emoji.scene.SceneCaptions;
import dev.sana4j.emoji.scene.Sprites;
import dev.sana4j.emoji.scene.Style;
import dev.sana4j.image.RgbImage;
import dev.sana4j.measure.Judge;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Judges images of emoji scenes with the colour scorer of an evaluation: the log-likelihood of the
 * objects, the style, the count and the background that the prompt names.
 */
public final class SceneJudge implements Judge, AutoCloseable {
  private final Scorers scorers;
  private final List<EmojiObject> objects;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, Scene> known = new HashMap<>();

  private SceneJudge(Scorers scorers, List<EmojiObject> objects) {
    this.scorers = scorers;
    this.objects = objects;
    objects.forEach(object -> numbers.put(object.id(), numbers.size()));
  }

  /**
   * Opens the scorers of an evaluation.
   *
   * @param folder the folder of the scorers, as {@code sana evaluate} writes it
   * @return the judge; the caller closes it
   * @throws EvaluationException if the folder contains no scorers, or they are damaged
   */
  public static SceneJudge open(Path folder) {
    ScorerFit fit = Scorers.fit(folder);
    List<EmojiObject> objects = Sprites.load().objects(fit.objects().size());
    return new SceneJudge(Scorers.read(folder, fit), objects);
  }

  @Override
  public String name() {
    return "scorer";
  }

  @Override
  public List<Double> scores(String prompt, List<RgbImage> images) {
    Scene scene = scene(prompt);
    List<Double> scores = new ArrayList<>();
    for (RgbImage image : images) {
      scores.add(scorers.of(ScorerKind.COLOUR).agreement(scene, image, numbers));
    }
    return scores;
  }

  private Scene scene(String prompt) {
    return known.computeIfAbsent(
        prompt.strip(),
        text ->
            find(text)
                .orElseThrow(
                    () ->
                        new EvaluationException(
                            "the scorer judges only the full captions of scenes, such as \"a flat"
                                + " cat left of a flat car on a red background\"")));
  }

  /** Finds the scene whose caption is the prompt. */
  private Optional<Scene> find(String prompt) {
    Predicate<Scene> isIt =
        scene ->
            SceneCaptions.english(scene).equals(prompt)
                || SceneCaptions.chinese(scene).equals(prompt);
    for (Style style : Style.values()) {
      for (Background background : Background.values()) {
        Optional<Scene> found =
            scenes(style, background).stream()
                .filter(isIt)
                .findFirst()
                .or(() -> pair(style, background, isIt));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** Returns the scenes of one kind of object. */
  private List<Scene> scenes(Style style, Background background) {
    List<Scene> scenes = new ArrayList<>();
    for (EmojiObject object : objects) {
      scenes.add(scene(Kind.SINGLE, style, background, List.of(object)));
      List<EmojiObject> same = new ArrayList<>();
      for (int count = 1; count <= Kind.COUNT.most(); count++) {
        same.add(object);
        scenes.add(scene(Kind.COUNT, style, background, same));
      }
    }
    return scenes;
  }

  private Optional<Scene> pair(Style style, Background background, Predicate<Scene> isIt) {
    for (EmojiObject left : objects) {
      for (EmojiObject right : objects) {
        Scene scene = scene(Kind.PAIR, style, background, List.of(left, right));
        if (!left.equals(right) && isIt.test(scene)) {
          return Optional.of(scene);
        }
      }
    }
    return Optional.empty();
  }

  private static Scene scene(
      Kind kind, Style style, Background background, List<EmojiObject> shown) {
    List<Place> places = shown.stream().map(object -> new Place(object, 0.5, 0.5, 0.5)).toList();
    return new Scene(kind, Shape.SQUARE, style, background, places);
  }

  @Override
  public void close() {
    scorers.close();
  }
}
