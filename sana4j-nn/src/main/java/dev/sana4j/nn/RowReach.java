package dev.sana4j.nn;

/**
 * The input rows that a layer needs for rows of its output, so that it can be applied in bands.
 *
 * @param up number of output rows per {@code down} input rows
 * @param down number of input rows per {@code up} output rows
 * @param margin number of further input rows needed above and below
 */
public record RowReach(int up, int down, int margin) {

  /**
   * Returns the dependency of a layer that keeps the number of rows.
   *
   * @param margin number of rows above and below that a row depends on
   * @return the dependency
   */
  public static RowReach near(int margin) {
    return new RowReach(1, 1, margin);
  }

  /**
   * Returns the number of output rows.
   *
   * @param rows number of input rows
   * @return number of output rows
   */
  public long height(long rows) {
    return rows * up / down;
  }

  /**
   * Returns the first input row that output rows depend on.
   *
   * @param begin the first output row
   * @return the first input row; may be negative
   */
  public long begin(long begin) {
    return begin * down / up - margin;
  }

  /**
   * Returns the end of the input rows that output rows depend on.
   *
   * @param end the row after the last output row
   * @return the row after the last input row; may exceed the input
   */
  public long end(long end) {
    return (end * down + up - 1) / up + margin;
  }
}
