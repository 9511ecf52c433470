package dev.sana4j.cli;

import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.ModelLocator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The model: a folder, a model on the hub, or an embedded one. */
class ModelOption {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description =
          "Model folder in the diffusers layout; a model on the hub as ORG/NAME[@REVISION],"
              + " downloaded on first use (see sana models); or an embedded model: emoji (the"
              + " default) or emoji-teacher.")
  private @Nullable String model;

  /**
   * A chosen model.
   *
   * @param name as written to the metadata of images; with the commit for a model on the hub
   * @param folder where it is
   */
  record Chosen(String name, ModelFolder folder) {}

  boolean isGiven() {
    return model != null;
  }

  Chosen chosen() {
    ModelFolder folder = ModelNames.open(model);
    return new Chosen(model == null ? EmojiModel.NAME : ModelLocator.exact(model, folder), folder);
  }

  /** Returns the given model, else that of an existing image. */
  Chosen chosenLike(ImageProvenance like) {
    return model != null
        ? chosen()
        : new Chosen(like.model(), ModelNames.openPresent(like.model()));
  }
}
