package dev.sana4j.measure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.files.StrictJson;
import dev.sana4j.image.RgbImage;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The seeds of the images of a prompt, ranked by a judge.
 *
 * @param judge the name of the judge
 * @param ranked by falling score; of equal ones the earlier image first; at least one
 */
public record SeedRanking(String judge, List<Ranked> ranked) {
  /** Name of the text in a PNG with the ranking. */
  public static final String KEY = "sana4j-best-of";

  /** Copies the list. */
  public SeedRanking {
    ranked = List.copyOf(ranked);
    if (ranked.isEmpty()) {
      throw new MeasureException("the best of at least 1 image is kept");
    }
  }

  /**
   * An image and its score.
   *
   * @param index which image, from 0
   * @param seed of its noise
   * @param score the number that the judge gave it
   */
  public record Ranked(int index, long seed, double score) {}

  /**
   * Ranks images.
   *
   * @param judge scores the images
   * @param prompt the prompt
   * @param images the images, at least one
   * @param seeds of their noise, in the same order
   * @return the ranking
   * @throws MeasureException if the judge fails, or does not give one finite number per image
   */
  public static SeedRanking of(
      Judge judge, String prompt, List<RgbImage> images, List<Long> seeds) {
    List<Double> scores = judge.scores(prompt, images);
    if (scores.size() != images.size() || !scores.stream().allMatch(Double::isFinite)) {
      throw new MeasureException(
          "the judge "
              + judge.name()
              + " did not give one finite number for each of "
              + images.size()
              + " images");
    }
    return new SeedRanking(
        judge.name(),
        IntStream.range(0, images.size())
            .mapToObj(i -> new Ranked(i, seeds.get(i), scores.get(i)))
            .sorted(Comparator.comparingDouble(Ranked::score).reversed())
            .toList());
  }

  /**
   * Returns the best image.
   *
   * @return the first of the ranking
   */
  public Ranked best() {
    return ranked.get(0);
  }

  /**
   * Returns the ranking for metadata: judge, score and seed of the best image, and the scores of
   * all seeds.
   *
   * @return one JSON object
   */
  public String json() {
    ObjectNode node =
        StrictJson.mapper()
            .createObjectNode()
            .put("judge", judge)
            .put("score", best().score())
            .put("seed", best().seed())
            .put("of", ranked.size());
    ArrayNode others = node.putArray("dropped");
    ranked
        .subList(1, ranked.size())
        .forEach(each -> others.addObject().put("seed", each.seed()).put("score", each.score()));
    try {
      return StrictJson.mapper().writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
