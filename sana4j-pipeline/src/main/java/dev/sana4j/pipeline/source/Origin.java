package dev.sana4j.pipeline.source;

import dev.sana4j.hub.ModelName;
import java.nio.file.Path;

/**
 * A checkpoint, or a network without the other parts of a model.
 *
 * @param path an existing file; or the folder of a network
 * @param name its exact name, for messages
 * @param hint the names from which its kind is recognized if its tensors do not show it: of the
 *     file, and of its folder or repository, separated by slashes
 */
public record Origin(Path path, String name, String hint) {
  private static final String CHECKPOINTS = "checkpoints";

  /**
   * Returns a file or folder on this machine.
   *
   * @param path an existing file or folder
   * @param name as the user wrote it
   * @return the origin; the names of its file and folder are hints
   */
  public static Origin of(Path path, String name) {
    Path whole = path.toAbsolutePath().normalize();
    Path parent = whole.getParent();
    if (parent != null && parent.endsWith(CHECKPOINTS)) {
      parent = parent.getParent();
    }
    String folder =
        parent == null || parent.getFileName() == null ? "" : parent.getFileName() + "/";
    return new Origin(path, name, folder + whole.getFileName());
  }

  /**
   * Returns a file or repository of a hub.
   *
   * @param name its exact name
   * @param path where it is in the cache
   * @return the origin; the name of the repository and the path in it are hints
   */
  public static Origin of(ModelName name, Path path) {
    String repository = name.id().repository();
    String hint = repository.substring(repository.indexOf('/') + 1);
    return new Origin(
        path, name.toString(), name.path().isEmpty() ? hint : hint + "/" + name.path());
  }

  /**
   * Returns the name for messages.
   *
   * @return the name of the file, or of its folder or repository
   */
  public String shortName() {
    return hint.substring(hint.lastIndexOf('/') + 1);
  }
}
