package dev.sana4j.emoji.scene;

import dev.sana4j.emoji.scene.Scene.Kind;
import dev.sana4j.emoji.scene.Scene.Place;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Scenes that differ from another scene only in what their captions must distinguish. */
final class Partners {
  private Partners() {}

  /**
   * Returns a partner of a scene in the same split, or nothing if all partners are in the other.
   */
  static Optional<Scene> of(Scene scene, Split split, int largestCount, Random random) {
    List<Scene> partners =
        switch (scene.kind()) {
          case SINGLE -> otherLooks(scene, random);
          case PAIR -> List.of(swapped(scene));
          case COUNT -> otherCounts(scene, largestCount, random);
          case COLOR -> otherColours(scene, random);
        };
    return partners.stream().filter(split::has).findFirst();
  }

  private static Scene with(Scene scene, List<Place> places) {
    return new Scene(scene.kind(), scene.shape(), scene.style(), scene.background(), places);
  }

  private static Scene swapped(Scene scene) {
    return with(
        scene,
        List.of(
            scene.places().get(0).with(scene.object(1)),
            scene.places().get(1).with(scene.object(0))));
  }

  /** Returns the other style, then the other backgrounds in random order. */
  private static List<Scene> otherLooks(Scene scene, Random random) {
    List<Scene> partners = new ArrayList<>();
    for (Background background : Background.values()) {
      if (background != scene.background()) {
        partners.add(look(scene, scene.style(), background));
      }
    }
    Collections.shuffle(partners, random);
    Style other = scene.style() == Style.FLAT ? Style.SOLID : Style.FLAT;
    partners.add(0, look(scene, other, scene.background()));
    return partners;
  }

  private static Scene look(Scene scene, Style style, Background background) {
    return new Scene(scene.kind(), scene.shape(), style, background, scene.places());
  }

  private static List<Scene> otherCounts(Scene scene, int largest, Random random) {
    List<Scene> partners = new ArrayList<>();
    for (int count = 1; count <= largest; count++) {
      if (count != scene.places().size()) {
        List<EmojiObject> shown = Collections.nCopies(count, scene.object(0));
        partners.add(
            with(scene, Placement.places(Kind.COUNT, scene.shape(), shown, Relation.LEFT, random)));
      }
    }
    Collections.shuffle(partners, random);
    return partners;
  }

  private static List<Scene> otherColours(Scene scene, Random random) {
    List<Scene> partners = new ArrayList<>();
    for (Tint tint : Tint.values()) {
      if (tint != scene.tint()) {
        partners.add(with(scene, List.of(scene.places().get(0).with(tint))));
      }
    }
    Collections.shuffle(partners, random);
    return partners;
  }
}
