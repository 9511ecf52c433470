package dev.sana4j.weights;

/** Names of quantized weights in a file. */
public final class QuantizedNames {
  /** The suffix that the name of a weight's scales adds to the name of the weight. */
  public static final String SCALE = "_scale";

  private QuantizedNames() {}
}
