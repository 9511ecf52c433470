package dev.sana4j.tensor;

import dev.sana4j.files.SanaException;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** An operation on tensors failed. The message states the operation and its operands. */
public final class TensorException extends SanaException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_REASON = 400;
  private static final Pattern SOURCE_LINE =
      Pattern.compile("^\\[[^\\]]*\\.c(?:c|pp):\\d+\\] (?:err == 0\\. )?");

  /** Messages of the CPU allocator, mapped files, the C++ library, CUDA and cuBLAS. */
  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile(
          "can't allocate memory|Cannot allocate memory|bad_alloc|out of memory|CUBLAS_STATUS_ALLOC_FAILED");

  private final String detail;

  /**
   * Creates an exception for an error that sana4j found.
   *
   * @param message one line: what is wrong
   */
  public TensorException(String message) {
    super(message);
    this.detail = "";
  }

  /** Creates an exception for native libraries that cannot be loaded. */
  TensorException(String message, LinkageError cause) {
    this(message, "", cause);
  }

  private TensorException(String message, String detail, Throwable cause) {
    super(message, cause);
    this.detail = detail;
  }

  /**
   * Returns libtorch's full error text with its native stack; empty if libtorch was not involved.
   *
   * @return several lines of text
   */
  public String detail() {
    return detail;
  }

  /**
   * Returns whether the operation failed because CPU or GPU memory was exhausted.
   *
   * @return false for all other errors
   */
  public boolean isOutOfMemory() {
    return OUT_OF_MEMORY.matcher(detail).find();
  }

  /** Returns true if memory was exhausted, because a smaller input may fit. */
  @Override
  public boolean isRefusal() {
    return isOutOfMemory();
  }

  /** Shortens a native error of thousands of characters to one line with the operands' shapes. */
  static TensorException translate(String operation, RuntimeException error, Tensor... operands) {
    String described =
        Arrays.stream(operands).map(Tensor::toString).collect(Collectors.joining(", "));
    return withCause(operation + "(" + described + ")", error);
  }

  /** Combines a description with the first line of the native error. */
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
