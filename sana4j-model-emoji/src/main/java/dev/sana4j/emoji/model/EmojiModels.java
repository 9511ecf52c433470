package dev.sana4j.emoji.model;

import dev.sana4j.folder.BundledModels;
import dev.sana4j.folder.ModelFolder;
import java.util.Optional;

/** Finds the models of {@link EmojiModel} by name. */
public final class EmojiModels implements BundledModels {
  @Override
  public Optional<ModelFolder> open(String name) {
    return switch (name) {
      case EmojiModel.NAME -> Optional.of(EmojiModel.open());
      case EmojiModel.TEACHER -> Optional.of(EmojiModel.openTeacher());
      default -> Optional.empty();
    };
  }
}
