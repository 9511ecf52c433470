package dev.sana4j.verify;

/**
 * The error of one output relative to its reference.
 *
 * @param name path in the reference folder and name of the output
 * @param relativeError ||ours - reference|| / ||reference|| in the Euclidean norm; for images the
 *     fraction of 8-bit values that are off by more than 1; infinite if shapes differ or a value is
 *     not finite
 * @param bound largest error that passes
 */
public record CaseResult(String name, double relativeError, double bound) {

  /**
   * Returns whether the error is within the bound.
   *
   * @return false for NaN
   */
  public boolean passed() {
    return relativeError <= bound;
  }
}
