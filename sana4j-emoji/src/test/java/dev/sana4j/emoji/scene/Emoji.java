package dev.sana4j.emoji.scene;

import dev.sana4j.emoji.scene.Scene.Kind;
import dev.sana4j.emoji.scene.Scene.Shape;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Sprites, loaded once, and scenes of them. */
final class Emoji {
  static final Sprites SPRITES = Sprites.load();

  private Emoji() {}

  static SceneGenerator generator(Split split, String kinds) {
    return new SceneGenerator(
        SPRITES.objects(),
        split,
        SceneMix.of(
            Shares.parse(Kind.class, kinds),
            Shares.parse(Shape.class, "square=0.6,wide=0.2,tall=0.2")));
  }

  static Stream<Scene> scenes(int count, Split split, String kinds) {
    SceneGenerator generator = generator(split, kinds);
    return IntStream.range(0, count).mapToObj(number -> generator.scene(1, number));
  }

  static EmojiObject object(String id) {
    return SPRITES.objects().stream()
        .filter(object -> object.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  static Scene single(String id, Style style, Background background, double x, double y) {
    List<Scene.Place> places = List.of(new Scene.Place(object(id), x, y, 0.6));
    return new Scene(Kind.SINGLE, Shape.SQUARE, style, background, places);
  }
}
