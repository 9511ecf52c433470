package dev.sana4j.data;

import java.util.Arrays;
import java.util.List;

/**
 * Chooses one of an image's captions: with probability softmax(score / temperature), as the SANA
 * paper (2410.10629, section 3.2) does with CLIP scores, or evenly where a score is missing. (The
 * released code of SANA weighs with score ^ (1 / temperature) instead.)
 *
 * @param temperature in the unit of the scores; near 0 the best caption is always chosen
 * @param threshold captions with a lower score are skipped; if all are lower, the best is used
 */
public record CaptionChoice(double temperature, double threshold) {

  /**
   * Checks the values.
   *
   * @param temperature above 0
   * @param threshold in the unit of the scores
   * @throws DataException if the temperature is not positive or the threshold not a number
   */
  public CaptionChoice {
    if (!(temperature > 0) || Double.isInfinite(temperature) || Double.isNaN(threshold)) {
      throw new DataException(
          "captions cannot be chosen with temperature "
              + temperature
              + " and threshold "
              + threshold
              + "; the temperature must be above 0, for example 0.1");
    }
  }

  /**
   * Chooses a caption, a pure function of its arguments.
   *
   * @param captions at least one
   * @param seed of the training
   * @param epoch from 0
   * @param sample number of the image
   * @return index of the caption
   */
  public int choose(List<Caption> captions, long seed, long epoch, int sample) {
    double draw = Draws.random(seed, Draws.CAPTIONS, epoch, sample).nextDouble();
    if (!captions.stream().allMatch(Caption::hasScore)) {
      return (int) (draw * captions.size());
    }
    double best = captions.stream().mapToDouble(Caption::score).max().orElse(0);
    double lowest = Math.min(threshold, best);
    double[] weights =
        captions.stream()
            .mapToDouble(c -> c.score() < lowest ? 0 : Math.exp((c.score() - best) / temperature))
            .toArray();
    return pick(weights, draw);
  }

  private static int pick(double[] weights, double draw) {
    double left = draw * Arrays.stream(weights).sum();
    int last = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        last = i;
        left -= weights[i];
        if (left < 0) {
          return i;
        }
      }
    }
    return last;
  }
}
