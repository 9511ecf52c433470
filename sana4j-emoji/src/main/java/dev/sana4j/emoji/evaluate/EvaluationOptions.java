package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation asks.
 *
 * @param prompts what the model is asked
 * @param sampling how images are made
 * @param scorers who judges them
 */
public record EvaluationOptions(Prompts prompts, Sampling sampling, ScorerPlan scorers) {
  private static final int SMALLEST = 48;
  private static final int LARGEST = 1024;
  private static final int MULTIPLE = 16;
  private static final int MOST_PROMPTS = 100_000;
  private static final int MOST_IN_A_BATCH = 1000;

  /**
   * What the model is asked.
   *
   * @param objects the first so many of the emoji objects
   * @param each prompts a row, at least 2
   * @param seed of scenes and noise
   * @param side of a square image in pixels, a multiple of 16
   * @param shapes how often each shape comes, such as {@code square=1}
   * @param split whether the combinations are those never trained on
   * @param rows the kinds of scenes
   * @param file where the scenes are from; null if they are drawn
   */
  public record Prompts(
      int objects,
      int each,
      long seed,
      int side,
      String shapes,
      Split split,
      Set<Scene.Kind> rows,
      @Nullable PromptFile file) {
    /** 60 objects, 200 prompts a row, seed 0, squares of 128 pixels, held out, all kinds. */
    public static final Prompts DEFAULT =
        new Prompts(60, 200, 0, 128, "square=1", Split.TEST, Set.of(Scene.Kind.values()));

    /** Checks what can be checked without the sprites. */
    public Prompts {
      rows = Set.copyOf(rows);
      require(each >= 2 && each <= MOST_PROMPTS, "a row has 2 to 100000 prompts, not " + each);
      require(
          side >= SMALLEST && side <= LARGEST && side % MULTIPLE == 0,
          "a scene has 48 to 1024 pixels a side in multiples of 16, not " + side);
      require(!rows.isEmpty(), "name at least one kind of scenes");
    }

    /**
     * Prompts of scenes that are drawn.
     *
     * @param objects the first so many of the emoji objects
     * @param each prompts a row, at least 2
     * @param seed of scenes and noise
     * @param side of a square image in pixels, a multiple of 16
     * @param shapes how often each shape comes, such as {@code square=1}
     * @param split whether the combinations are those never trained on
     * @param rows the kinds of scenes
     */
    public Prompts(
        int objects,
        int each,
        long seed,
        int side,
        String shapes,
        Split split,
        Set<Scene.Kind> rows) {
      this(objects, each, seed, side, shapes, split, rows, null);
    }

    /**
     * The prompts of a file. Scorers are trained on its shapes, each equally often; scenes that are
     * drawn besides, to compare, are held out.
     *
     * @param file which
     * @param side of a square image in pixels, a multiple of 16
     * @return the rows that the file has; {@code each} is the length of the longest
     */
    public static Prompts of(PromptFile file, int side) {
      return new Prompts(
          file.objects(),
          file.prompts().values().stream().mapToInt(List::size).max().orElse(0),
          file.seed(),
          side,
          file.shapes(),
          Split.TEST,
          file.prompts().keySet(),
          file);
    }
  }

  /**
   * How images are made.
   *
   * @param steps of the sampler; null for the model's own default
   * @param guidance scale; null for the model's own default
   * @param batch images made together
   */
  public record Sampling(@Nullable Integer steps, @Nullable Double guidance, int batch) {
    /** The model's defaults, 16 images at a time. */
    public static final Sampling DEFAULT = new Sampling(null, null, 16);

    /** Checks the batch; the model checks the rest. */
    public Sampling {
      require(batch >= 1 && batch <= MOST_IN_A_BATCH, "a batch has 1 to 1000 images, not " + batch);
    }
  }

  /**
   * How the scorers are trained, if they are not there.
   *
   * @param folder where they are kept
   * @param steps of their training
   * @param seed of their training
   * @param replace whether scorers that do not fit are trained anew; otherwise they are refused
   */
  public record ScorerPlan(Path folder, int steps, int seed, boolean replace) {
    private static final int STEPS = 600;
    private static final int FEW = 60;
    private static final int STEPS_AN_OBJECT = 6;

    /**
     * How long scorers are trained for the accuracies of docs/how-to/evaluate.md.
     *
     * @param objects how many they tell apart
     * @return 600 steps, and 6 more for each object after the first 60
     */
    public static int usualSteps(int objects) {
      return STEPS + STEPS_AN_OBJECT * Math.max(0, objects - FEW);
    }

    /** Checks the number of steps. */
    public ScorerPlan {
      require(steps >= 1, "scorers are trained for at least 1 step, not " + steps);
    }
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new EvaluationException(problem);
    }
  }
}
