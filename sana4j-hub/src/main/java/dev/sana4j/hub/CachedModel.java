package dev.sana4j.hub;

import java.nio.file.Path;
import java.util.List;

/**
 * A commit of a model in the cache.
 *
 * @param repository {@code ORG/NAME}
 * @param commit 40 hexadecimal digits
 * @param revisions branches and tags that were at it when they were fetched last
 * @param folder of its files
 * @param bytes of its files
 * @param state whether it can be used
 */
public record CachedModel(
    String repository,
    String commit,
    List<String> revisions,
    Path folder,
    long bytes,
    State state) {

  /** Whether a model can be used. */
  public enum State {
    /** All its parts are there. */
    COMPLETE,
    /** A part is missing: its download was cut, or only some of its files were asked for. */
    INCOMPLETE,
    /** Files without a model folder, such as an original checkpoint. */
    FILES
  }
}
