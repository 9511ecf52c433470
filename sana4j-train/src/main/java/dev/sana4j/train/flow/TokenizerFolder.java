package dev.sana4j.train.flow;

import dev.sana4j.data.DataSet;
import dev.sana4j.files.IoReason;
import dev.sana4j.files.StrictJson;
import dev.sana4j.pipeline.engine.ModelFolderWriter;
import dev.sana4j.text.Tokenizer;
import dev.sana4j.text.TokenizerTrainer;
import dev.sana4j.train.TrainingException;
import dev.sana4j.train.loop.ModelFiles;
import dev.sana4j.train.loop.Trainer.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer of a training whose text encoder is trained, in a folder of the training.
 *
 * @param path the folder
 */
public record TokenizerFolder(Path path) {
  static final String FILE = "tokenizer.json";
  private static final String NAME = "tokenizer";
  private static final int MAX_BYTES = 64 << 20;

  /** Returns the folder in that of a training. */
  public static TokenizerFolder of(Place place) {
    return new TokenizerFolder(place.folder().resolve(NAME));
  }

  /**
   * Makes the tokenizer if it is missing: copies that of a model, or trains one on captions.
   *
   * @param start a model folder, or null to train one
   * @param data captioned images, opened only for a new tokenizer
   * @param vocabulary number of tokens of a new tokenizer
   * @param place notified of a new folder
   * @throws TrainingException if the folder has another tokenizer than the start, or one with more
   *     tokens than the vocabulary
   */
  public void make(@Nullable Path start, Captions data, int vocabulary, Place place) {
    if (Files.exists(path)) {
      if (start != null) {
        requireSame(start);
      } else {
        requireAtMost(vocabulary);
      }
      return;
    }
    if (start != null) {
      ModelFiles.replace(path, folder -> ModelFolderWriter.copy(start.resolve(NAME), folder));
    } else {
      DataSet captions = data.open();
      ModelFiles.replace(
          path,
          folder -> TokenizerTrainer.train(LatentCaching.captions(captions), vocabulary, folder));
    }
    place.listener().wrote(path);
  }

  /** Opens captioned images. */
  @FunctionalInterface
  public interface Captions {
    DataSet open();
  }

  /** Throws if the folder has a tokenizer of another training, which would not fit the encoder. */
  private void requireSame(Path start) {
    try {
      if (Files.mismatch(start.resolve(NAME).resolve(FILE), path.resolve(FILE)) >= 0) {
        throw new TrainingException(
            path + " is not the tokenizer of " + start + "; delete it or use another folder");
      }
    } catch (IOException e) {
      throw new TrainingException(path + " cannot be compared: " + IoReason.of(e), e);
    }
  }

  /**
   * Throws if the folder has more tokens than the encoder would have; a small data set has fewer.
   */
  private void requireAtMost(int vocabulary) {
    Path file = path.resolve(FILE);
    try {
      byte[] json = StrictJson.read(file, MAX_BYTES);
      int tokens = StrictJson.mapper().readTree(json).at("/model/vocab").size();
      if (tokens > vocabulary) {
        throw new TrainingException(
            "%s has %d tokens, but the vocabulary is %d; delete it or use another folder"
                .formatted(path, tokens, vocabulary));
      }
    } catch (IOException e) {
      throw new TrainingException(file + " cannot be read: " + StrictJson.reason(e), e);
    }
  }

  /** Loads the tokenizer; the caller closes it. */
  public Tokenizer load() {
    return Tokenizer.load(path.resolve(FILE));
  }

  /** Returns whether a model folder has a text encoder and its tokenizer. */
  public static boolean hasEncoder(Path model) {
    return Files.exists(model.resolve("text_encoder/config.json"))
        && Files.exists(model.resolve(NAME).resolve(FILE));
  }
}
