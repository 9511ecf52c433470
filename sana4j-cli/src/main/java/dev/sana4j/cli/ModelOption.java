package dev.sana4j.cli;

import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.ModelLocator.Located;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.DType;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The model: a folder, a checkpoint, a model on the hub, or a bundled one; and other parts. */
class ModelOption {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description =
          "Model folder in the diffusers layout; checkpoint in the original layout (.pth or"
              + " .safetensors); a model on the hub as ORG/NAME[@REVISION], hf://ORG/NAME[/FILE] or"
              + " its web address, downloaded on first use (see sana models); or a bundled model:"
              + " emoji (the default) or emoji-teacher.")
  private @Nullable String model;

  @Option(
      names = "--vae",
      paramLabel = "MODEL",
      description = "Model, or separate autoencoder, whose autoencoder replaces that of the model.")
  private @Nullable String autoencoder;

  @Option(
      names = "--text-encoder",
      paramLabel = "MODEL",
      description =
          "Model, or separate text encoder, whose text encoder and tokenizer replace those of the"
              + " model.")
  private @Nullable String textEncoder;

  /**
   * A chosen model.
   *
   * @param name as written to the metadata of images; with the commit for a model on the hub
   * @param folder where it is
   */
  record Chosen(String name, ModelFolder folder) {}

  private boolean quiet;

  /** Hides the progress and the notes of downloads. */
  void quiet(boolean value) {
    quiet = value;
  }

  boolean isGiven() {
    return model != null;
  }

  /**
   * Returns the model.
   *
   * @param stored dtype of the weights of a converted checkpoint; null for that of the file
   */
  Chosen chosen(@Nullable DType stored) {
    if (model == null) {
      return new Chosen(EmojiModel.NAME, withParts(EmojiModel.open()));
    }
    Located found = ModelNames.locate(model, stored, quiet);
    return new Chosen(found.name(), withParts(found.open()));
  }

  /** Returns the given model, else that of an existing image. */
  Chosen chosenLike(ImageProvenance like, @Nullable DType stored) {
    return model != null
        ? chosen(stored)
        : new Chosen(like.model(), withParts(ModelNames.openPresent(like.model(), stored, quiet)));
  }

  private ModelFolder withParts(ModelFolder folder) {
    ModelFolder whole = folder;
    if (autoencoder != null) {
      whole = whole.with(Part.VAE, ModelNames.part(autoencoder, Part.VAE, quiet));
    }
    if (textEncoder != null) {
      Path encoder = ModelNames.part(textEncoder, Part.TEXT_ENCODER, quiet);
      whole = whole.with(Part.TEXT_ENCODER, encoder).with(Part.TOKENIZER, tokenizer(encoder));
    }
    return whole;
  }

  /** Returns the tokenizer of a text encoder: in the same folder, or in that of its model. */
  private static Path tokenizer(Path encoder) {
    Path sibling = encoder.resolveSibling(Part.TOKENIZER.folder());
    for (Path folder : new Path[] {encoder, sibling}) {
      if (Files.isRegularFile(folder.resolve("tokenizer.json"))) {
        return folder;
      }
    }
    throw new RequestException(encoder + " has no tokenizer.json in it or in " + sibling);
  }
}
