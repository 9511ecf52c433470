package dev.sana4j.train.loop;

import dev.sana4j.data.LatentCache;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The prompts of sample grids. */
public final class SamplePrompts {
  private static final int SAMPLES = 8;

  private SamplePrompts() {}

  /**
   * Returns the prompts of sample grids.
   *
   * @param run how the training runs
   * @param cache its data
   * @return as configured, or captions of the data
   */
  public static List<String> of(RunRecipe run, LatentCache cache) {
    if (!run.samplePrompts().isEmpty()) {
      return run.samplePrompts();
    }
    Set<String> texts = new LinkedHashSet<>();
    int step = Math.max(1, cache.size() / SAMPLES);
    for (int i = 0; i < cache.size() && texts.size() < SAMPLES; i += step) {
      texts.add(cache.captions(i).get(0).text());
    }
    return List.copyOf(texts);
  }

  /**
   * The texts that sample grids need embedded.
   *
   * @param run how the training runs
   * @param cache its data
   * @param rank of this worker
   * @return the prompts and the empty one; none where no grids are made
   */
  public static List<String> texts(RunRecipe run, LatentCache cache, int rank) {
    if (run.sampleEvery() == 0 || rank != 0) {
      return List.of();
    }
    Set<String> wanted = new LinkedHashSet<>(List.of(""));
    wanted.addAll(of(run, cache));
    return List.copyOf(wanted);
  }
}
