package dev.sana4j.cli;

import dev.sana4j.hub.ModelFolder;
import dev.sana4j.model.EmojiModel;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.RequestException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model: a folder, or the one that comes with sana4j. */
class ModelOption {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "DIR",
      description =
          "Model folder in the diffusers layout, or one that comes with sana4j: emoji (the default)"
              + " or emoji-teacher.")
  private @Nullable Path model;

  /**
   * A model that was chosen.
   *
   * @param name as an image's metadata has it
   * @param folder where it is
   */
  record Chosen(String name, ModelFolder folder) {}

  boolean isGiven() {
    return model != null;
  }

  Chosen chosen() {
    return new Chosen(model == null ? EmojiModel.NAME : model.toString(), folder(model));
  }

  /** That of an image made before, unless another is named. */
  Chosen chosenLike(ImageProvenance like) {
    if (model != null) {
      return chosen();
    }
    try {
      return new Chosen(like.model(), folder(Path.of(like.model())));
    } catch (InvalidPathException e) {
      throw new RequestException(
          "the image names no folder as its model; name a model folder with --model");
    }
  }

  /** The model in a folder; those of sana4j for null, and for their names if no folder has them. */
  static ModelFolder folder(@Nullable Path model) {
    if (model == null) {
      return EmojiModel.open();
    }
    boolean isName = !Files.exists(model);
    if (isName && model.equals(Path.of(EmojiModel.NAME))) {
      return EmojiModel.open();
    }
    if (isName && model.equals(Path.of(EmojiModel.TEACHER))) {
      return EmojiModel.openTeacher();
    }
    return ModelFolder.open(model);
  }
}
