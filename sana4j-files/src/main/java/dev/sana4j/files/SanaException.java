package dev.sana4j.files;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Base class of sana4j's exceptions. The message is one line, written for the user. */
public abstract class SanaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private @Nullable Remedy remedy;

  /**
   * Creates an exception.
   *
   * @param message what is wrong and what to do about it
   */
  protected SanaException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what is wrong and what to do about it
   * @param cause the exception that was caught, or null
   */
  protected SanaException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Attaches a remedy.
   *
   * @param known the change that would make the call succeed
   * @return this exception
   */
  public final SanaException with(Remedy known) {
    remedy = known;
    return this;
  }

  /**
   * Returns the change that would make the call succeed.
   *
   * @return the remedy, or empty if none is known
   */
  public final Optional<Remedy> remedy() {
    return Optional.ofNullable(remedy);
  }

  /**
   * Returns whether the input was rejected.
   *
   * @return true if the caller can correct the input, false after a failure of sana4j or the
   *     machine, such as a full disk
   */
  public boolean isRefusal() {
    return !isDiskFull();
  }

  /**
   * Returns whether a file could not be written because the disk is full.
   *
   * @return true if the cause says so
   */
  public final boolean isDiskFull() {
    return getCause() instanceof IOException error && IoReason.isFull(error);
  }
}
