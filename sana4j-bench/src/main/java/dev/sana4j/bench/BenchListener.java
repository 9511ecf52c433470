package dev.sana4j.bench;

/** Hears how far a measurement is. */
@FunctionalInterface
public interface BenchListener {

  /**
   * Called after every piece of work.
   *
   * @param doing what was just done, in a few words
   * @param done pieces of work done
   * @param all pieces of work in all
   */
  void onProgress(String doing, int done, int all);
}
