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
  /** The default branch. */
  public static final String MAIN = "main";

  private static final int LONGEST = 96;
  private static final int LONGEST_REVISION = 200;
  private static final String WORD = "\\w(?:[\\w.-]*\\w)?";
  private static final Pattern REPOSITORY = Pattern.compile(WORD + "/" + WORD);
  private static final Pattern REVISION = Pattern.compile("\\w(?:[\\w.+-]|/(?=\\w))*");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /**
   * Checks the names, which become parts of addresses and paths.
   *
   * @throws HubException if a name is not valid
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
              + "' is not a valid model name; use ORG/NAME[@REVISION]");
    }
  }

  /**
   * Parses a name.
   *
   * @param text {@code ORG/NAME[@REVISION]}
   * @return the model
   * @throws HubException if the name is not valid
   */
  public static HubId parse(String text) {
    return of(text)
        .orElseThrow(
            () ->
                new HubException(
                    Reason.NAME,
                    "'" + text + "' is not a valid model name; use ORG/NAME[@REVISION]"));
  }

  /**
   * Parses a name if it is valid.
   *
   * @param text any text
   * @return the model, or empty if the name is not valid
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
   * Returns the same model at a commit, which never changes.
   *
   * @param commit 40 hexadecimal digits
   * @return the model at the commit
   */
  public HubId at(String commit) {
    return new HubId(repository, commit);
  }

  /** Returns whether a text is a complete commit hash. */
  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches();
  }

  /** Returns the name of the model's folder in a cache, {@code models--ORG--NAME}. */
  String folderName() {
    return "models--" + repository.replace("/", "--");
  }

  @Override
  public String toString() {
    return revision.equals(MAIN) ? repository : repository + "@" + revision;
  }
}
