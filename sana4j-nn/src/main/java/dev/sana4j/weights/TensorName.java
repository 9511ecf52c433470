package dev.sana4j.weights;

/** Checks tensor names in untrusted files. */
public final class TensorName {
  /** Maximum number of characters of a tensor's name; published checkpoints stay below 200. */
  static final int MAX_LENGTH = 1024;

  private TensorName() {}

  public static boolean isValid(String name) {
    return !name.isEmpty() && name.length() <= MAX_LENGTH;
  }
}
