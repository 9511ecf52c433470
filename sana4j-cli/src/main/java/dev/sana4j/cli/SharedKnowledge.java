package dev.sana4j.cli;

import dev.sana4j.emoji.scene.Relation;
import dev.sana4j.emoji.scene.Scene.Kind;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.pipeline.model.ModelGuide;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** What all models of an evaluation know of emoji scenes, by their guides. */
final class SharedKnowledge {
  private final List<ModelGuide> guides;

  private SharedKnowledge(List<ModelGuide> guides) {
    this.guides = guides;
  }

  /** Reads the guides; models without one, or with one for any object, count as knowing all. */
  static SharedKnowledge of(List<ModelFolder> models) {
    return new SharedKnowledge(
        models.stream()
            .distinct()
            .map(ModelGuide::read)
            .filter(Objects::nonNull)
            .filter(guide -> !guide.objects().isEmpty())
            .toList());
  }

  /** Returns the smallest number of known objects, or the usual number if there is no guide. */
  int objects(int usual) {
    return guides.stream().mapToInt(guide -> guide.objects().size()).min().orElse(usual);
  }

  /** Returns the kinds of scenes. */
  Set<Kind> kinds() {
    Set<Kind> kinds = EnumSet.allOf(Kind.class);
    for (ModelGuide guide : guides) {
      kinds.removeIf(
          kind ->
              switch (kind) {
                case SINGLE -> false;
                case PAIR -> guide.relations().isEmpty();
                case COUNT -> guide.counts().size() < 2;
                case COLOR -> guide.colors().isEmpty();
              });
    }
    return kinds;
  }

  /** Returns the largest count, at least 2. */
  int largestCount() {
    return guides.stream()
        .mapToInt(
            guide -> guide.counts().stream().mapToInt(ModelGuide.Count::value).max().orElse(2))
        .map(count -> Math.max(2, Math.min(count, Kind.COUNT.most())))
        .min()
        .orElse(Kind.COUNT.most());
  }

  /** Returns the relations of pairs; all if no model knows any, because then there are no pairs. */
  Set<Relation> relations() {
    Set<Relation> relations = EnumSet.allOf(Relation.class);
    for (ModelGuide guide : guides) {
      Set<String> ids =
          guide.relations().stream().map(ModelGuide.Named::id).collect(Collectors.toSet());
      relations.removeIf(relation -> !ids.contains(relation.name().toLowerCase(Locale.ROOT)));
    }
    return relations.isEmpty() ? EnumSet.allOf(Relation.class) : relations;
  }
}
