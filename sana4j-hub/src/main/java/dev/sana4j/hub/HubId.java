package dev.sana4j.hub;

import dev.sana4j.hub.HubException.Reason;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A model on a hub, {@code ORG/NAME} or {@code ORG/NAME@REVISION}.
 *
 * @param repository {@code ORG/NAME}
 * @param revision a branch, a tag or a commit of 40 hexadecimal digits
 */
public record HubId(String repository, String revision) {
  /** The branch that is meant where none is named. */
  public static final String MAIN = "main";

  private static final int LONGEST = 96;
  private static final int LONGEST_REVISION = 200;
  private static final String WORD = "\\w(?:[\\w.-]*\\w)?";
  private static final Pattern REPOSITORY = Pattern.compile(WORD + "/" + WORD);
  private static final Pattern REVISION = Pattern.compile("\\w(?:[\\w.+-]|/(?=\\w))*");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /**
   * Checks the names, which become parts of addresses and of paths.
   *
   * @throws HubException if no hub has such a name
   */
  public HubId {
    boolean holds =
        repository.length() <= LONGEST
            && REPOSITORY.matcher(repository).matches()
            && !repository.contains("--")
            && !repository.contains("..")
            && revision.length() <= LONGEST_REVISION
            && REVISION.matcher(revision).matches()
            && !revision.contains("..");
    if (!holds) {
      throw new HubException(
          Reason.NAME,
          "'"
              + repository
              + "@"
              + revision
              + "' is not the name of a model on the hub; expected ORG/NAME[@REVISION]");
    }
  }

  /**
   * Reads a name.
   *
   * @param text {@code ORG/NAME[@REVISION]}
   * @return the model
   * @throws HubException if no hub has such a name
   */
  public static HubId parse(String text) {
    return of(text)
        .orElseThrow(
            () ->
                new HubException(
                    Reason.NAME,
                    "'"
                        + text
                        + "' is not the name of a model on the hub; expected ORG/NAME[@REVISION]"));
  }

  /**
   * Reads a name, if it is one.
   *
   * @param text anything
   * @return the model, or empty if no hub has such a name
   */
  public static Optional<HubId> of(String text) {
    int at = text.indexOf('@');
    String repository = at < 0 ? text : text.substring(0, at);
    String revision = at < 0 ? MAIN : text.substring(at + 1);
    try {
      return Optional.of(new HubId(repository, revision));
    } catch (HubException e) {
      return Optional.empty();
    }
  }

  /**
   * The same at a commit, which never changes.
   *
   * @param commit 40 hexadecimal digits
   * @return another name
   */
  public HubId at(String commit) {
    return new HubId(repository, commit);
  }

  /** Whether a text is a whole commit. */
  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches();
  }

  /** The folder of a cache, {@code models--ORG--NAME}. */
  String folderName() {
    return "models--" + repository.replace("/", "--");
  }

  @Override
  public String toString() {
    return revision.equals(MAIN) ? repository : repository + "@" + revision;
  }
}
