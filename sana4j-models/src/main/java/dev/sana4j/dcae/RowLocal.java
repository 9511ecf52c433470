package dev.sana4j.dcae;

import dev.sana4j.tensor.Tensor;

/** A layer whose rows depend on those near them alone, so that it can be applied in parts. */
interface RowLocal {

  /**
   * Rows of an image or of features.
   *
   * @param begin the first
   * @param end the one behind the last
   */
  record Rows(long begin, long end) {
    /** With some more on both sides. */
    Rows widened(long rows) {
      return new Rows(begin - rows, end + rows);
    }

    /** Those that are there of this many. */
    Rows within(long height) {
      return new Rows(Math.max(begin, 0), Math.min(end, height));
    }

    /** Of features, whose rows before {@code first} are not there. */
    Tensor of(Tensor features, long first) {
      return features.narrow(2, begin - first, end - begin);
    }
  }

  /**
   * How many rows become of some.
   *
   * @param rows of the input, from its first or from the beginning of what {@link #reads} says
   * @return rows of the output
   */
  long height(long rows);

  /**
   * The rows of the input that rows of the output depend on.
   *
   * @param output which
   * @return some of them may lie outside
   */
  Rows reads(Rows output);

  /** Applies the layer. */
  Tensor apply(Tensor features);
}
