package dev.sana4j.tensor;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** An operation on tensors that could not be carried out: what was asked, of which operands. */
public final class TensorException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_REASON = 400;
  private static final Pattern SOURCE_LINE = Pattern.compile("^\\[[^\\]]*\\.cc:\\d+\\] ");

  private final String detail;

  /**
   * An error of our own.
   *
   * @param message one line
   */
  public TensorException(String message) {
    super(message);
    this.detail = "";
  }

  private TensorException(String message, String detail, Throwable cause) {
    super(message, cause);
    this.detail = detail;
  }

  /**
   * What libtorch said in full, with its own stack; empty for an error of ours.
   *
   * @return many lines
   */
  public String detail() {
    return detail;
  }

  /** Turns a native error of thousands of characters into one line with the operands' shapes. */
  static TensorException translate(String operation, RuntimeException error, Tensor... operands) {
    String described =
        Arrays.stream(operands).map(Tensor::toString).collect(Collectors.joining(", "));
    return withCause(operation + "(" + described + ")", error);
  }

  /** What failed, followed by the first line of the native error. */
  static TensorException withCause(String what, RuntimeException error) {
    String full = String.valueOf(error.getMessage());
    String reason = full.lines().findFirst().orElse("unknown libtorch error");
    reason = SOURCE_LINE.matcher(reason).replaceFirst("");
    if (reason.length() > LONGEST_REASON) {
      reason = reason.substring(0, LONGEST_REASON) + "...";
    }
    return new TensorException(what + ": " + reason, full, error);
  }
}
