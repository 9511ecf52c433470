package dev.sana4j.server.jobs;

import dev.sana4j.image.RgbImage;
import dev.sana4j.measure.Judge;
import dev.sana4j.measure.MeasureException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Prefers images whose colour is nearest to a number; those of the fake generator have the colour
 * of their seed. Refuses prompts with "riddle", and fails for those with "blind".
 */
public final class NearestJudge implements Judge {
  private final int colour;
  private final List<Integer> counts = new CopyOnWriteArrayList<>();

  /** Creates a judge with a favourite colour. */
  public NearestJudge(int colour) {
    this.colour = colour;
  }

  @Override
  public String name() {
    return "nearest";
  }

  @Override
  public void check(String prompt) {
    if (prompt.contains("riddle")) {
      throw new MeasureException("this judge understands no riddles");
    }
  }

  @Override
  public List<Double> scores(String prompt, List<RgbImage> images) {
    counts.add(images.size());
    if (prompt.contains("blind")) {
      throw new MeasureException("/opt/judge cannot be run");
    }
    return images.stream().map(image -> 0.0 - Math.abs(image.rgb()[0] - (double) colour)).toList();
  }

  /** Returns the numbers of images that were judged together. */
  public List<Integer> counts() {
    return counts;
  }
}
