package dev.sana4j.pipeline;

import dev.sana4j.folder.EmbeddedModels;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.hub.HubId;
import dev.sana4j.hub.HubListener;
import dev.sana4j.hub.HubModels;
import dev.sana4j.hub.HubSettings;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;

/** Finds a model by its name: a folder first, then an embedded model, then one on the hub. */
public final class ModelLocator {
  private final HubModels hub;

  /**
   * Creates a locator.
   *
   * @param settings of the hub
   */
  public ModelLocator(HubSettings settings) {
    hub = new HubModels(settings);
  }

  /**
   * Returns the folder of a model or of one of its parts; downloads it if necessary.
   *
   * @param name a folder, an embedded model, or {@code ORG/NAME[@REVISION]}
   * @param listener is notified of the progress of a download
   * @return an existing folder
   * @throws dev.sana4j.folder.ModelException if it is not the name of a model
   * @throws dev.sana4j.hub.HubException if the download fails
   */
  public Path folder(String name, HubListener listener) {
    return present(name).orElseGet(() -> hub.folder(name, listener));
  }

  /**
   * Returns the folder of a model if it is on this machine; never downloads.
   *
   * @param name a folder, an embedded model, or {@code ORG/NAME[@REVISION]}
   * @return the folder; empty if there is none
   */
  public Optional<Path> local(String name) {
    return present(name).or(() -> HubId.of(name).flatMap(hub::cached));
  }

  /**
   * Returns the folder of a local or embedded model.
   *
   * @param name a folder or an embedded model
   * @return the folder; empty if there is none
   */
  public static Optional<Path> present(String name) {
    return isFolder(name)
        ? Optional.of(Path.of(name))
        : ServiceLoader.load(EmbeddedModels.class).stream()
            .flatMap(models -> models.get().open(name).stream())
            .findFirst()
            .map(ModelFolder::root);
  }

  private static boolean isFolder(String name) {
    try {
      return Files.exists(Path.of(name));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /**
   * Returns a name that always refers to the same model: with the commit if it is on the hub.
   *
   * @param name the name that was resolved
   * @param folder the result
   * @return the name
   */
  public static String exact(String name, ModelFolder folder) {
    Path commit = folder.root().getFileName();
    Optional<HubId> id = isFolder(name) ? Optional.empty() : HubId.of(name);
    return id.isEmpty() || commit == null ? name : id.get().at(commit.toString()).toString();
  }
}
