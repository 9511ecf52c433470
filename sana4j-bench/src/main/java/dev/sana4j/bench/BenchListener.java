package dev.sana4j.bench;

/** Receives the progress of a measurement. */
@FunctionalInterface
public interface BenchListener {

  /**
   * Called after every piece of work.
   *
   * @param doing short description of the last piece of work
   * @param done completed pieces of work
   * @param all total pieces of work
   */
  void onProgress(String doing, int done, int all);
}
