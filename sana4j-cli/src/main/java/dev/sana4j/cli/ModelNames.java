package dev.sana4j.cli;

import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.hub.HubException;
import dev.sana4j.hub.HubId;
import dev.sana4j.hub.HubSettings;
import dev.sana4j.pipeline.ModelLocator;
import dev.sana4j.pipeline.request.RequestException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a user calls a model: a folder first, then those of sana4j, then those of the hub. */
final class ModelNames {
  private ModelNames() {}

  /** The model of a name, fetched if need be; that of sana4j for null. */
  static ModelFolder open(@Nullable String name) {
    return name == null ? EmojiModel.open() : ModelFolder.open(folder(name));
  }

  /** The folder of a model, or of an autoencoder alone, fetched if need be. */
  static Path folder(String name) {
    Optional<Path> here = ModelLocator.present(name);
    if (here.isPresent()) {
      return here.get();
    }
    try (DownloadProgress progress = DownloadProgress.of(settings())) {
      return locator().folder(name, progress);
    }
  }

  /** The same where a folder was looked for already; empty for what is no name of a model. */
  static Optional<Path> find(String name) {
    boolean named = ModelLocator.present(name).isPresent() || HubId.of(name).isPresent();
    return named ? Optional.of(folder(name)) : Optional.empty();
  }

  /** The same for a name that nobody typed: nothing is fetched for it. */
  static ModelFolder openPresent(String name) {
    Optional<Path> here = ModelLocator.present(name).or(() -> locator().local(name));
    if (here.isEmpty() && HubId.of(name).isPresent()) {
      throw new RequestException(
          "the image was made with "
              + name
              + ", which is not here; fetch it with sana pull, or name another with --model");
    }
    return ModelFolder.open(here.orElseGet(() -> path(name)));
  }

  private static ModelLocator locator() {
    return new ModelLocator(settings());
  }

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new RequestException(
          "the image names no folder as its model; name a model folder with --model");
    }
  }

  /**
   * Those of the environment.
   *
   * @throws HubException if a variable has a value that cannot be used
   */
  static HubSettings settings() {
    return HubSettings.fromEnvironment();
  }
}
