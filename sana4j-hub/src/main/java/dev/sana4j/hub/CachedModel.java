package dev.sana4j.hub;

import java.nio.file.Path;
import java.util.List;

/**
 * A commit of a model in the cache.
 *
 * @param repository {@code ORG/NAME}
 * @param commit 40 hexadecimal digits
 * @param revisions branches and tags that referred to it at the last download
 * @param folder folder of its files
 * @param bytes total size of its files
 * @param state whether it is usable
 * @param licence as its card and its licence file name it; empty if neither is in the cache
 */
public record CachedModel(
    String repository,
    String commit,
    List<String> revisions,
    Path folder,
    long bytes,
    State state,
    String licence) {

  /** Whether a model is usable. */
  public enum State {
    /** All parts are present. */
    COMPLETE,
    /** A part is missing: the download was interrupted, or only some files were requested. */
    INCOMPLETE,
    /** Only the parts that another model needed; the transformer is missing. */
    PARTS,
    /** Files without a model folder, such as an original checkpoint. */
    FILES
  }
}
