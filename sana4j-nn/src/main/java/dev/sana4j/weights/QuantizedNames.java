package dev.sana4j.weights;

/** How weights of 8-bit integers are named in a file. */
public final class QuantizedNames {
  /** What the name of a weight's scales has behind that of the weight. */
  public static final String SCALE = "_scale";

  private QuantizedNames() {}
}
