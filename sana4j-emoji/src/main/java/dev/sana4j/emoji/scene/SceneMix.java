package dev.sana4j.emoji.scene;

import dev.sana4j.data.DataException;
import dev.sana4j.emoji.scene.Scene.Kind;
import dev.sana4j.emoji.scene.Scene.Shape;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * How often a series of scenes has each kind, shape and relation.
 *
 * @param kinds share of each kind of scene
 * @param change how the shares of the kinds change over the series; null if they stay
 * @param shapes share of each shape of image
 * @param relations share of each relation of a pair
 * @param largestCount largest number of objects of a count, 1 to 5
 * @param partners whether every second scene is the partner of the one before it, see {@link
 *     #withPartners}
 */
public record SceneMix(
    Shares<Kind> kinds,
    @Nullable Change change,
    Shares<Shape> shapes,
    Shares<Relation> relations,
    int largestCount,
    boolean partners) {
  private static final String ALL_RELATIONS = "left=1,right=1,above=1,below=1";

  /**
   * A change of the shares, linear in the number of the scene.
   *
   * @param kinds the shares of the last scene
   * @param scenes number of scenes over which the shares change, at least 1
   */
  public record Change(Shares<Kind> kinds, long scenes) {
    /** Checks the number. */
    public Change {
      if (scenes < 1) {
        throw new DataException("shares change over at least 1 scene, not " + scenes);
      }
    }
  }

  /** Checks the largest count. */
  public SceneMix {
    if (largestCount < 1 || largestCount > Kind.COUNT.most()) {
      throw new DataException(
          "a count has 1 to %d objects, not %d".formatted(Kind.COUNT.most(), largestCount));
    }
  }

  /**
   * Returns a mix of all relations and of counts of one to five, which stays the same.
   *
   * @param kinds share of each kind of scene
   * @param shapes share of each shape of image
   * @return the mix, without partners
   */
  public static SceneMix of(Shares<Kind> kinds, Shares<Shape> shapes) {
    return new SceneMix(
        kinds, null, shapes, Shares.parse(Relation.class, ALL_RELATIONS), Kind.COUNT.most(), false);
  }

  /**
   * Returns a mix whose shares of kinds change over the series, for example from single objects to
   * pairs.
   *
   * @param last the shares of the last scene
   * @param scenes number of scenes over which the shares change linearly; later ones have the last
   * @return another mix
   */
  public SceneMix changing(Shares<Kind> last, long scenes) {
    return new SceneMix(kinds, new Change(last, scenes), shapes, relations, largestCount, partners);
  }

  /**
   * Returns a mix with other relations.
   *
   * @param others share of each relation of a pair
   * @return another mix
   */
  public SceneMix with(Shares<Relation> others) {
    return new SceneMix(kinds, change, shapes, others, largestCount, partners);
  }

  /**
   * Returns a mix with other counts.
   *
   * @param largest largest number of objects of a count, 1 to 5
   * @return another mix
   * @throws DataException if the number is out of range
   */
  public SceneMix withCounts(int largest) {
    return new SceneMix(kinds, change, shapes, relations, largest, partners);
  }

  /**
   * Returns a mix in which every second scene is the partner of the one before it. Partners differ
   * only in what their captions must distinguish: of a pair the objects are swapped, of a count the
   * number is another, of a coloured object the colour, and of a single object the style or the
   * background.
   *
   * @return another mix
   */
  public SceneMix withPartners() {
    return new SceneMix(kinds, change, shapes, relations, largestCount, true);
  }

  /** Returns whether a kind is ever drawn. */
  boolean has(Kind kind) {
    return kinds.has(kind) || (change != null && change.kinds().has(kind));
  }

  /** Draws the kind of a scene; {@code at} is drawn from another source, 0 to 1. */
  Kind kind(long number, double at, Random random) {
    Shares<Kind> shares = kinds;
    if (change != null && at * change.scenes() < number + 1) {
      shares = change.kinds();
    }
    return shares.draw(random);
  }
}
