package dev.sana4j.server.http;

import dev.sana4j.files.SanaException;
import dev.sana4j.server.store.StoreException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request that cannot be fulfilled; each API reports it in its own format. */
public final class RequestProblem extends SanaException {
  private static final long serialVersionUID = 1L;
  private static final Duration STORE_RETRY = Duration.ofSeconds(5);

  private final Kind kind;
  private final @Nullable String field;
  private final @Nullable Duration retryAfter;

  /** The kind of problem, with its HTTP status. */
  public enum Kind {
    /** The request is invalid. */
    INVALID(400, "invalid_request"),
    /** A field has a wrong type, or is out of range. */
    FIELD(400, "invalid_request"),
    /** The prompt filter refused the prompt. */
    PROMPT_REFUSED(400, "prompt_refused"),
    /** The key is missing or wrong. */
    UNAUTHORIZED(401, "unauthorized"),
    /** The request comes from a page of another site. */
    FORBIDDEN(403, "forbidden"),
    /** The resource does not exist. */
    NOT_FOUND(404, "not_found"),
    /** The request names a model that does not exist. */
    MODEL_NOT_FOUND(404, "model_not_found"),
    /** The route does not support the method. */
    METHOD(405, "method_not_allowed"),
    /** The body is sent too slowly. */
    TOO_SLOW(408, "too_slow"),
    /** The body is too large. */
    TOO_LARGE(413, "too_large"),
    /** Too many requests or jobs. */
    BUSY(429, "too_many_requests"),
    /** An unexpected error. */
    INTERNAL(500, "internal"),
    /** The server is stopping. */
    UNAVAILABLE(503, "stopping"),
    /** The model cannot be loaded. */
    MODEL_UNAVAILABLE(503, "model_unavailable"),
    /** The deadline passed. */
    DEADLINE(504, "deadline"),
    /** The server cannot use its store of jobs. */
    STORAGE(507, "storage");

    private final int status;
    private final String code;

    Kind(int status, String code) {
      this.status = status;
      this.code = code;
    }

    /**
     * Returns the status of the answer.
     *
     * @return 4xx or 5xx
     */
    public int status() {
      return status;
    }

    /**
     * Returns the error code for programs.
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
   * Creates a problem of the whole request.
   *
   * @param kind the kind of problem
   * @param message one line
   */
  public RequestProblem(Kind kind, String message) {
    this(kind, message, null, null);
  }

  /**
   * Returns a problem of a field.
   *
   * @param field its name
   * @param message one line
   * @return the problem
   */
  public static RequestProblem field(String field, String message) {
    return new RequestProblem(Kind.FIELD, message, field, null);
  }

  /**
   * Returns the problem that a model does not exist.
   *
   * @param field that names the model
   * @param message one line
   * @return the problem
   */
  public static RequestProblem noModel(String field, String message) {
    return new RequestProblem(Kind.MODEL_NOT_FOUND, message, field, null);
  }

  /**
   * Returns a temporary problem.
   *
   * @param kind the kind of problem
   * @param message one line
   * @param retryAfter when the client should retry
   * @return the problem
   */
  public static RequestProblem passing(Kind kind, String message, Duration retryAfter) {
    return new RequestProblem(kind, message, null, retryAfter);
  }

  /**
   * Returns the problem that the store of the server cannot be used.
   *
   * @param error its message is for the log of the server only
   * @return the problem
   */
  public static RequestProblem of(StoreException error) {
    var problem = passing(Kind.STORAGE, StoreException.FOR_CLIENTS, STORE_RETRY);
    problem.initCause(error);
    return problem;
  }

  /**
   * Returns the kind of problem.
   *
   * @return its kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * Returns the message.
   *
   * @return one line
   */
  public String message() {
    return String.valueOf(getMessage());
  }

  /**
   * Returns the name of the invalid field.
   *
   * @return its name, or null
   */
  public @Nullable String wrongField() {
    return field;
  }

  /**
   * Returns when the client should retry.
   *
   * @return an estimate, or null
   */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
