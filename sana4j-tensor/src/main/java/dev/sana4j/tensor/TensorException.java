package dev.sana4j.tensor;

import dev.sana4j.files.SanaException;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** An operation on tensors that could not be carried out: what was asked, of which operands. */
public final class TensorException extends SanaException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_REASON = 400;
  private static final Pattern SOURCE_LINE =
      Pattern.compile("^\\[[^\\]]*\\.c(?:c|pp):\\d+\\] (?:err == 0\\. )?");

  /** Of the processor, of a mapped file, of the C++ library, of CUDA and of its matrix products. */
  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile(
          "can't allocate memory|Cannot allocate memory|bad_alloc|out of memory|CUBLAS_STATUS_ALLOC_FAILED");

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

  /**
   * Whether there was not enough memory, of the processor or of a GPU.
   *
   * @return false for all other errors
   */
  public boolean isOutOfMemory() {
    return OUT_OF_MEMORY.matcher(detail).find();
  }

  /** True for a lack of memory: something smaller may fit. */
  @Override
  public boolean isRefusal() {
    return isOutOfMemory();
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
