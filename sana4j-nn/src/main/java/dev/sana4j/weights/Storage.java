package dev.sana4j.weights;

/** How to keep weights whose stored dtype differs from the dtype that the network computes in. */
public enum Storage {
  /** Converts every parameter when it is read. Required for networks that are trained. */
  CONVERTED,

  /**
   * Keeps large half-precision matrices mapped from their file and widens them to float32 for each
   * use. This needs the memory of half precision and computes in float32. It applies on a CPU only.
   * Int8 matrices stay in int8 on every device, and are widened for each use. Everything else is as
   * with {@link #CONVERTED}.
   */
  AS_STORED
}
