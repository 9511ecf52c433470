package dev.sana4j.server.http;

import dev.sana4j.files.SanaException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request that is not fulfilled; each interface tells it in its own words. */
public final class RequestProblem extends SanaException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final @Nullable String field;
  private final @Nullable Duration retryAfter;

  /** What is wrong, with the status that says so. */
  public enum Kind {
    /** The request makes no sense. */
    INVALID(400, "invalid_request"),
    /** A field has a wrong type, or is out of range. */
    FIELD(400, "invalid_request"),
    /** The prompt filter refused. */
    PROMPT_REFUSED(400, "prompt_refused"),
    /** No key, or a wrong one. */
    UNAUTHORIZED(401, "unauthorized"),
    /** Another site's page asks. */
    FORBIDDEN(403, "forbidden"),
    /** Not found. */
    NOT_FOUND(404, "not_found"),
    /** Not with this method. */
    METHOD(405, "method_not_allowed"),
    /** The body comes too slowly. */
    TOO_SLOW(408, "too_slow"),
    /** The body is too large. */
    TOO_LARGE(413, "too_large"),
    /** Too many. */
    BUSY(429, "too_many_requests"),
    /** An error that should not have happened. */
    INTERNAL(500, "internal"),
    /** Not now. */
    UNAVAILABLE(503, "stopping"),
    /** The deadline passed. */
    DEADLINE(504, "deadline");

    private final int status;
    private final String code;

    Kind(int status, String code) {
      this.status = status;
      this.code = code;
    }

    /**
     * The status of the answer.
     *
     * @return 4xx or 5xx
     */
    public int status() {
      return status;
    }

    /**
     * A word for programs.
     *
     * @return lower case
     */
    public String code() {
      return code;
    }
  }

  private RequestProblem(
      Kind kind, String message, @Nullable String field, @Nullable Duration retryAfter) {
    super(message);
    this.kind = kind;
    this.field = field;
    this.retryAfter = retryAfter;
  }

  /**
   * A problem of a request as a whole.
   *
   * @param kind what is wrong
   * @param message one line
   */
  public RequestProblem(Kind kind, String message) {
    this(kind, message, null, null);
  }

  /**
   * A problem of a field.
   *
   * @param field its name
   * @param message one line
   * @return the problem
   */
  public static RequestProblem field(String field, String message) {
    return new RequestProblem(Kind.FIELD, message, field, null);
  }

  /**
   * A problem that passes.
   *
   * @param kind what is wrong
   * @param message one line
   * @param retryAfter when it is worth another try
   * @return the problem
   */
  public static RequestProblem passing(Kind kind, String message, Duration retryAfter) {
    return new RequestProblem(kind, message, null, retryAfter);
  }

  /**
   * What is wrong.
   *
   * @return its kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * The message.
   *
   * @return one line
   */
  public String message() {
    return String.valueOf(getMessage());
  }

  /**
   * The field that is wrong.
   *
   * @return its name, or null
   */
  public @Nullable String wrongField() {
    return field;
  }

  /**
   * When it is worth another try.
   *
   * @return an estimate, or null
   */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
