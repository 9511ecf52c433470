package dev.sana4j.measure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.files.StrictJson;
import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes several images of a prompt, each with its own seed, and keeps the one that a judge scores
 * highest (inference-time scaling of SANA-1.5, arXiv 2501.18427).
 *
 * @param judge scores the images
 * @param count number of images, 1 to 1000
 */
public record BestOf(Judge judge, int count) {
  private static final int MOST = 1000;

  /** Checks the number of images. */
  public BestOf {
    if (count < 1 || count > MOST) {
      throw new MeasureException("the best of 1 to " + MOST + " images is kept, not of " + count);
    }
  }

  /**
   * An image and its score.
   *
   * @param image the image; its request has its seed
   * @param score the number that the judge gave it
   */
  public record Scored(GeneratedImage image, double score) {
    /**
     * Returns the seed of the image.
     *
     * @return its seed
     */
    public long seed() {
      return image.request().seed();
    }
  }

  /**
   * All images of a prompt.
   *
   * @param judge the name of the judge
   * @param best the image with the highest score; of equal ones the first
   * @param dropped the other images, by falling score
   */
  public record Choice(String judge, Scored best, List<Scored> dropped) {
    /** Name of the text in a PNG with the choice. */
    public static final String KEY = "sana4j-best-of";

    /** Copies the list. */
    public Choice {
      dropped = List.copyOf(dropped);
    }

    /**
     * Returns the choice for metadata: judge, score and seed of the best image, and the scores of
     * all seeds.
     *
     * @return one JSON object
     */
    public String json() {
      ObjectNode node =
          StrictJson.mapper()
              .createObjectNode()
              .put("judge", judge)
              .put("score", best.score())
              .put("seed", best.seed())
              .put("of", dropped.size() + 1);
      ArrayNode others = node.putArray("dropped");
      dropped.forEach(
          each -> others.addObject().put("seed", each.seed()).put("score", each.score()));
      try {
        return StrictJson.mapper().writeValueAsString(node);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /**
   * Makes and judges the images of a request.
   *
   * @param pipeline makes the images
   * @param request a request for one image; the others have the next seeds
   * @param listener is notified of every prompt, step and image
   * @return the best image and the others
   * @throws RequestException if the request is for several images, or cannot be fulfilled
   * @throws MeasureException if the judge fails
   */
  public Choice choose(
      SanaPipeline pipeline, GenerationRequest request, GenerationListener listener) {
    if (request.images() != 1) {
      throw new RequestException(
          "the best of several is kept for one image, but the request has " + request.images());
    }
    List<GeneratedImage> images =
        pipeline.generate(request.toBuilder().imagesPerPrompt(count).build(), listener);
    String prompt = request.prompts().get(0);
    List<Double> scores =
        judge.scores(prompt, images.stream().map(GeneratedImage::pixels).toList());
    requireNumbers(scores);
    List<Scored> ranked =
        IntStream.range(0, count)
            .mapToObj(i -> new Scored(images.get(i), scores.get(i)))
            .sorted(Comparator.comparingDouble(Scored::score).reversed())
            .toList();
    return new Choice(judge.name(), ranked.get(0), ranked.subList(1, count));
  }

  private void requireNumbers(List<Double> scores) {
    if (scores.size() != count || scores.stream().anyMatch(score -> !Double.isFinite(score))) {
      throw new MeasureException(
          "the judge "
              + judge.name()
              + " did not give one finite number for each of "
              + count
              + " images");
    }
  }
}
