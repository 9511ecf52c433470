package dev.sana4j.hub;

import dev.sana4j.files.QuotedText;
import dev.sana4j.files.SanaException;

/** A model that a hub does not give, or that cannot be kept; the message is one line. */
public final class HubException extends SanaException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** A name that no model, revision or file can have. */
    NAME,
    /** A setting of the environment that cannot be used. */
    SETTING,
    /** The hub has no such model, revision or file, or does not show it to this user. */
    NOT_FOUND,
    /** Its terms must be accepted first. */
    GATED,
    /** The token is refused. */
    TOKEN,
    /** It is not in the cache, and the network must not be used. */
    OFFLINE,
    /** The hub cannot be reached, or keeps failing. */
    UNREACHABLE,
    /** The downloaded data differ from the announcement of the hub. */
    DAMAGED,
    /** It holds nothing that sana4j can use. */
    UNSUITABLE,
    /** The disk has too little space. */
    NO_SPACE,
    /** A file of the cache cannot be read or written. */
    CACHE,
    /** The download was interrupted. */
    INTERRUPTED
  }

  private final Reason reason;

  /**
   * A refusal.
   *
   * @param reason why
   * @param message what is wrong and what to do; line breaks and control characters become escapes
   */
  public HubException(Reason reason, String message) {
    super(QuotedText.oneLine(message));
    this.reason = reason;
  }

  /**
   * A refusal with what was caught.
   *
   * @param reason why
   * @param message what is wrong and what to do
   * @param cause what happened underneath
   */
  public HubException(Reason reason, String message, Throwable cause) {
    super(QuotedText.oneLine(message), cause);
    this.reason = reason;
  }

  /**
   * Returns why.
   *
   * @return for programs, which must not read messages
   */
  public Reason reason() {
    return reason;
  }
}
