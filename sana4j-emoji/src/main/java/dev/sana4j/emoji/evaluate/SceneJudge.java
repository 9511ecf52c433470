package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Background;
import dev.sana4j.emoji.scene.EmojiObject;
import dev.sana4j.emoji.scene.Relation;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.Scene.Kind;
import dev.sana4j.emoji.scene.Scene.Shape;
import dev.sana4j.emoji.scene.SceneCaptions;
import dev.sana4j.emoji.scene.SceneGenerator;
import dev.sana4j.emoji.scene.Sprites;
import dev.sana4j.emoji.scene.Style;
import dev.sana4j.emoji.scene.Tint;
import dev.sana4j.image.RgbImage;
import dev.sana4j.measure.Judge;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Judges images of emoji scenes with the colour scorer of an evaluation: the log-likelihood of the
 * objects, the style, the count and the background that the prompt names.
 */
public final class SceneJudge implements Judge, AutoCloseable {
  private static final Shape SHAPE = Shape.SQUARE;
  private static final int MOST_KNOWN = 1000;

  /** More objects than a caption names, even if names contain others, as with cat and wildcat. */
  private static final int MOST_NAMED = 10;

  private final Scorers scorers;
  private final List<EmojiObject> objects;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, Scene> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Scene> eldest) {
          return size() > MOST_KNOWN;
        }
      };

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
  public void check(String prompt) {
    var unused = scene(prompt);
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
    List<EmojiObject> named = objects.stream().filter(object -> isNamed(object, prompt)).toList();
    if (named.size() > MOST_NAMED) {
      return Optional.empty(); // comparing all pairs would take long
    }
    for (Style style : Style.values()) {
      for (Background background : Background.values()) {
        Optional<Scene> found =
            Stream.concat(
                    scenes(style, background, named).stream(),
                    pairs(style, background, named).stream())
                .filter(scene -> isCaption(scene, prompt))
                .findFirst();
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** Returns whether a prompt may name an object, so that not all captions need comparing. */
  private static boolean isNamed(EmojiObject object, String prompt) {
    String one = object.english().one();
    return prompt.contains(one.substring(one.indexOf(' ') + 1))
        || prompt.contains(object.english().many())
        || prompt.contains(object.chinese().noun());
  }

  private static boolean isCaption(Scene scene, String prompt) {
    return SceneCaptions.english(scene).equals(prompt)
        || SceneCaptions.chinese(scene).equals(prompt);
  }

  /** Returns the scenes of one kind of object. */
  private static List<Scene> scenes(Style style, Background background, List<EmojiObject> named) {
    List<Scene> scenes = new ArrayList<>();
    for (EmojiObject object : named) {
      scenes.add(SceneGenerator.place(Kind.SINGLE, SHAPE, style, background, List.of(object), 0));
      List<EmojiObject> same = new ArrayList<>();
      for (int count = 1; count <= Kind.COUNT.most(); count++) {
        same.add(object);
        scenes.add(SceneGenerator.place(Kind.COUNT, SHAPE, style, background, same, 0));
      }
      for (Tint tint : Tint.values()) {
        scenes.add(SceneGenerator.tinted(SHAPE, style, background, object, tint, 0));
      }
    }
    return scenes;
  }

  private static List<Scene> pairs(Style style, Background background, List<EmojiObject> named) {
    List<Scene> pairs = new ArrayList<>();
    for (EmojiObject first : named) {
      for (EmojiObject second : named) {
        for (Relation relation : Relation.values()) {
          if (!first.equals(second)) {
            List<EmojiObject> both = List.of(first, second);
            pairs.add(SceneGenerator.pair(SHAPE, style, background, both, relation, 0));
          }
        }
      }
    }
    return pairs;
  }

  @Override
  public void close() {
    scorers.close();
  }
}
