package dev.sana4j.weights;

/** What becomes of weights whose files have another dtype than the network computes in. */
public enum Storage {
  /** Every parameter is converted when it is read: for networks that are trained. */
  CONVERTED,

  /**
   * Large matrices in half precision stay mapped from their file, and are widened to float32 each
   * time they are used: the memory of half precision with the arithmetic of float32. On a processor
   * only; elsewhere, and for other dtypes, the same as {@link #CONVERTED}.
   */
  AS_STORED
}
