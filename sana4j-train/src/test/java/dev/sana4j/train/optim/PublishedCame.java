package dev.sana4j.train.optim;

/**
 * A second implementation of CAME in double precision and plain loops, after algorithm 2 of arXiv
 * 2307.02047. It uses means instead of sums; the factors cancel.
 */
final class PublishedCame {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double BETA3 = 0.9999;
  private static final double EPS1 = 1e-30;
  private static final double EPS2 = 1e-16;

  final double[] value;
  private final int rows;
  private final int columns;
  private final double[] average;
  private final double[] square;
  private final double[] squareRows;
  private final double[] squareColumns;
  private final double[] instabilityRows;
  private final double[] instabilityColumns;

  /** Creates a parameter of rows x columns; with 0 rows it is not factored. */
  PublishedCame(double[] value, int rows) {
    this.value = value.clone();
    this.rows = rows;
    this.columns = rows == 0 ? 0 : value.length / rows;
    average = new double[value.length];
    square = new double[value.length];
    squareRows = new double[rows];
    instabilityRows = new double[rows];
    squareColumns = new double[columns];
    instabilityColumns = new double[columns];
  }

  void step(double[] gradient, double learningRate) {
    int n = gradient.length;
    double[] squared = new double[n];
    for (int i = 0; i < n; i++) {
      squared[i] = gradient[i] * gradient[i] + EPS1;
      square[i] = BETA2 * square[i] + (1 - BETA2) * squared[i];
    }
    if (rows > 0) {
      average(squareRows, squareColumns, squared, BETA2);
    }
    double[] update = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double second = rows > 0 ? product(squareRows, squareColumns, i) : square[i];
      update[i] = gradient[i] / Math.sqrt(second);
      sum += update[i] * update[i];
    }
    double clip = Math.max(1, Math.sqrt(sum / n));
    double[] residual = new double[n];
    for (int i = 0; i < n; i++) {
      update[i] /= clip;
      average[i] = BETA1 * average[i] + (1 - BETA1) * update[i];
      residual[i] = (update[i] - average[i]) * (update[i] - average[i]) + EPS2;
    }
    if (rows > 0) {
      average(instabilityRows, instabilityColumns, residual, BETA3);
    }
    for (int i = 0; i < n; i++) {
      double confidence =
          rows > 0 ? 1 / Math.sqrt(product(instabilityRows, instabilityColumns, i)) : 1;
      value[i] -= learningRate * confidence * average[i];
    }
  }

  private void average(double[] ofRows, double[] ofColumns, double[] matrix, double beta) {
    double[] rowMeans = new double[rows];
    double[] columnMeans = new double[columns];
    for (int i = 0; i < matrix.length; i++) {
      rowMeans[i / columns] += matrix[i] / columns;
      columnMeans[i % columns] += matrix[i] / rows;
    }
    for (int r = 0; r < rows; r++) {
      ofRows[r] = beta * ofRows[r] + (1 - beta) * rowMeans[r];
    }
    for (int c = 0; c < columns; c++) {
      ofColumns[c] = beta * ofColumns[c] + (1 - beta) * columnMeans[c];
    }
  }

  private double product(double[] ofRows, double[] ofColumns, int element) {
    double mean = 0;
    for (double row : ofRows) {
      mean += row / rows;
    }
    return ofRows[element / columns] * ofColumns[element % columns] / mean;
  }
}
