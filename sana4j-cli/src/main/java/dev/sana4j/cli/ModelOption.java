package dev.sana4j.cli;

import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.ModelLocator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model: a folder, one on the hub, or one that comes with sana4j. */
class ModelOption {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description =
          "Model folder in the diffusers layout, the name of one on the hub as ORG/NAME[@REVISION]"
              + " (fetched when it is first used; see sana models), or one that comes with sana4j:"
              + " emoji (the default) or emoji-teacher.")
  private @Nullable String model;

  /**
   * A model that was chosen.
   *
   * @param name as an image's metadata has it; that of a model on the hub with its commit
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

  /** That of an image made before, unless another is named. */
  Chosen chosenLike(ImageProvenance like) {
    return model != null
        ? chosen()
        : new Chosen(like.model(), ModelNames.openPresent(like.model()));
  }
}
