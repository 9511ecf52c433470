package dev.sana4j.nn;

/**
 * Which rows of its input a layer needs for rows of its output, so that it can be applied in bands.
 *
 * @param up rows of the output for every {@code down} rows of the input
 * @param down rows of the input for every {@code up} rows of the output
 * @param margin rows of the input above and below that it depends on too
 */
public record RowReach(int up, int down, int margin) {

  /**
   * A layer that keeps the number of rows.
   *
   * @param margin rows above and below that a row depends on
   * @return a reach
   */
  public static RowReach near(int margin) {
    return new RowReach(1, 1, margin);
  }

  /**
   * Rows of the output.
   *
   * @param rows of the input
   * @return a count
   */
  public long height(long rows) {
    return rows * up / down;
  }

  /**
   * The first row of the input that rows of the output depend on.
   *
   * @param begin first row of the output
   * @return may be negative
   */
  public long begin(long begin) {
    return begin * down / up - margin;
  }

  /**
   * The end of the rows of the input that rows of the output depend on.
   *
   * @param end row of the output behind the last
   * @return may lie behind the end of the input
   */
  public long end(long end) {
    return (end * down + up - 1) / up + margin;
  }
}
