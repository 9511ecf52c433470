package dev.sana4j.files;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What sana4j throws. The message is one line for the user. */
public abstract class SanaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private @Nullable Remedy remedy;

  /**
   * Creates an exception.
   *
   * @param message what is wrong, and what to do
   */
  protected SanaException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what is wrong, and what to do
   * @param cause what was caught, or null
   */
  protected SanaException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Adds a remedy.
   *
   * @param known what would let the call succeed
   * @return this
   */
  public final SanaException with(Remedy known) {
    remedy = known;
    return this;
  }

  /**
   * What would let the call succeed.
   *
   * @return the remedy, if a program could offer it
   */
  public final Optional<Remedy> remedy() {
    return Optional.ofNullable(remedy);
  }

  /**
   * Whether the input was refused.
   *
   * @return true if the caller can mend it, false for a failure of sana4j or of the machine
   */
  public boolean isRefusal() {
    return true;
  }
}
