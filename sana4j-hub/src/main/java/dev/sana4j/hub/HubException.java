package dev.sana4j.hub;

import dev.sana4j.files.QuotedText;
import dev.sana4j.files.SanaException;

/** A model cannot be downloaded or stored; the message is one line. */
public final class HubException extends SanaException {
  private static final long serialVersionUID = 1L;

  /** The reason of an exception. */
  public enum Reason {
    /** A name is not valid for a model, revision or file. */
    NAME,
    /** An environment variable has an invalid value. */
    SETTING,
    /** The model, revision or file does not exist, or is not visible to this user. */
    NOT_FOUND,
    /** The terms of the model must be accepted first. */
    GATED,
    /** The hub refuses the token. */
    TOKEN,
    /** The model is not in the cache, and the offline mode is set. */
    OFFLINE,
    /** The hub cannot be reached, or fails repeatedly. */
    UNREACHABLE,
    /** The downloaded data does not match the announcement of the hub. */
    DAMAGED,
    /** The repository contains nothing that sana4j supports. */
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
   * Creates an exception.
   *
   * @param reason the reason
   * @param message what is wrong and what to do; line breaks and control characters become escapes
   */
  public HubException(Reason reason, String message) {
    super(QuotedText.oneLine(message));
    this.reason = reason;
  }

  /**
   * Creates an exception with a cause.
   *
   * @param reason the reason
   * @param message what is wrong and what to do
   * @param cause the cause
   */
  public HubException(Reason reason, String message, Throwable cause) {
    super(QuotedText.oneLine(message), cause);
    this.reason = reason;
  }

  /**
   * Returns the reason.
   *
   * @return the reason, for programs, which must not parse messages
   */
  public Reason reason() {
    return reason;
  }
}
