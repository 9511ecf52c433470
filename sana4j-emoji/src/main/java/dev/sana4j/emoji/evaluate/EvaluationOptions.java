package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Relation;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Options of an evaluation.
 *
 * @param prompts the scenes and their prompts
 * @param sampling settings of the sampler
 * @param scorers the scorers
 */
public record EvaluationOptions(Prompts prompts, Sampling sampling, ScorerPlan scorers) {
  private static final int SMALLEST = 48;
  private static final int LARGEST = 1024;
  private static final int MULTIPLE = 16;
  private static final int MOST_PROMPTS = 100_000;
  private static final int MOST_IN_A_BATCH = 1000;

  /**
   * The scenes and their prompts.
   *
   * @param objects number of emoji objects to use, from the start of the list
   * @param each prompts per row, at least 2
   * @param seed seed of scenes and noise
   * @param side side of a square image in pixels, a multiple of 16
   * @param shapes share of each shape, such as {@code square=1}
   * @param split split of the scenes; {@link Split#TEST} has the combinations that no training uses
   * @param rows the kinds of scenes
   * @param largestCount largest number of objects of a count, 2 to 5
   * @param relations relations of the pairs
   * @param file file with the scenes; null if they are drawn
   */
  public record Prompts(
      int objects,
      int each,
      long seed,
      int side,
      String shapes,
      Split split,
      Set<Scene.Kind> rows,
      int largestCount,
      Set<Relation> relations,
      @Nullable PromptFile file) {
    /**
     * 60 objects, 200 prompts per row, seed 0, squares of 128 pixels, held out, all kinds, counts
     * and relations.
     */
    public static final Prompts DEFAULT =
        new Prompts(60, 200, 0, 128, "square=1", Split.TEST, Set.of(Scene.Kind.values()));

    /** Checks everything that needs no sprites. */
    public Prompts {
      rows = Set.copyOf(rows);
      relations = Collections.unmodifiableSet(new TreeSet<>(relations)); // in their order
      require(
          each >= 2 && each <= MOST_PROMPTS, "a row must have 2 to 100000 prompts, not " + each);
      require(
          side >= SMALLEST && side <= LARGEST && side % MULTIPLE == 0,
          "the side of a scene must be 48 to 1024 pixels in multiples of 16, not " + side);
      require(!rows.isEmpty(), "name at least one kind of scenes");
      require(!relations.isEmpty(), "name at least one relation of pairs");
      require(
          largestCount >= 2 && largestCount <= Scene.Kind.COUNT.most(),
          "the largest count must be 2 to 5, not " + largestCount);
    }

    /**
     * Creates prompts of drawn scenes, with all counts and relations.
     *
     * @param objects number of emoji objects to use, from the start of the list
     * @param each prompts per row, at least 2
     * @param seed seed of scenes and noise
     * @param side side of a square image in pixels, a multiple of 16
     * @param shapes share of each shape, such as {@code square=1}
     * @param split split of the scenes; {@link Split#TEST} has the combinations that no training
     *     uses
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
      this(
          objects,
          each,
          seed,
          side,
          shapes,
          split,
          rows,
          Scene.Kind.COUNT.most(),
          Set.of(Relation.values()),
          null);
    }

    /**
     * Returns prompts with fewer counts or relations, for a model that was not trained on all.
     *
     * @param largest largest number of objects of a count, 2 to 5
     * @param some relations of the pairs
     * @return other prompts
     */
    public Prompts limitedTo(int largest, Set<Relation> some) {
      return new Prompts(objects, each, seed, side, shapes, split, rows, largest, some, file);
    }

    /**
     * Returns the prompts of a file. Scorers are trained on its shapes, each equally often. The
     * scenes that are drawn for comparison are held out.
     *
     * @param file the file
     * @param side side of a square image in pixels, a multiple of 16
     * @return the rows of the file; {@code each} is the length of the longest one
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
          Scene.Kind.COUNT.most(),
          Set.of(Relation.values()),
          file);
    }
  }

  /**
   * Settings of the sampler.
   *
   * @param steps steps of the sampler; null for the model's default
   * @param guidance guidance scale; null for the model's default
   * @param batch images per batch
   * @param bestOf images made of each prompt, of which the colour scorer keeps one
   */
  public record Sampling(
      @Nullable Integer steps, @Nullable Double guidance, int batch, int bestOf) {
    /** The model's defaults, 16 images at a time. */
    public static final Sampling DEFAULT = new Sampling(null, null, 16);

    /**
     * Makes one image of each prompt.
     *
     * @param steps steps of the sampler; null for the model's default
     * @param guidance guidance scale; null for the model's default
     * @param batch images per batch
     */
    public Sampling(@Nullable Integer steps, @Nullable Double guidance, int batch) {
      this(steps, guidance, batch, 1);
    }

    /** Checks the batch size and the number of images; the model checks the rest. */
    public Sampling {
      require(bestOf >= 1 && bestOf <= 1000, "the best of 1 to 1000 images is kept, not " + bestOf);
      require(
          batch >= 1 && batch <= MOST_IN_A_BATCH,
          "a batch must have 1 to 1000 images, not " + batch);
    }
  }

  /**
   * How scorers are trained if the folder has none.
   *
   * @param folder folder of the scorers
   * @param steps steps of their training
   * @param seed seed of their training
   * @param replace whether to train again if the existing scorers do not fit; otherwise they are
   *     rejected
   */
  public record ScorerPlan(Path folder, int steps, int seed, boolean replace) {
    private static final int STEPS = 600;
    private static final int FEW = 60;
    private static final int STEPS_AN_OBJECT = 6;

    /**
     * Returns the default number of training steps; measured accuracies are in
     * docs/lab/emoji-scorers.md.
     *
     * @param objects number of objects that they distinguish
     * @return 600 steps, and 6 more for each object after the first 60
     */
    public static int usualSteps(int objects) {
      return STEPS + STEPS_AN_OBJECT * Math.max(0, objects - FEW);
    }

    /** Checks the number of steps. */
    public ScorerPlan {
      require(steps >= 1, "scorers need at least 1 training step, not " + steps);
    }
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new EvaluationException(problem);
    }
  }
}
