package dev.sana4j.measure;

import dev.sana4j.measure.SeedRanking.Ranked;
import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import java.util.List;
import java.util.stream.Stream;

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
    /** Copies the list. */
    public Choice {
      dropped = List.copyOf(dropped);
    }

    /**
     * Returns the choice for metadata.
     *
     * @return one JSON object, see {@link SeedRanking#json}
     */
    public String json() {
      return new SeedRanking(
              judge,
              Stream.concat(Stream.of(best), dropped.stream())
                  .map(each -> new Ranked(0, each.seed(), each.score()))
                  .toList())
          .json();
    }
  }

  /**
   * Makes and judges the images of a request.
   *
   * @param pipeline makes the images
   * @param request a request for one image; the others have the next seeds
   * @param listener is notified of every prompt, step and image
   * @return the best image and the others
   * @throws RequestException if the request is for several images or has shared noise, or cannot be
   *     fulfilled
   * @throws MeasureException if the judge fails
   * @throws dev.sana4j.files.SanaException if the judge refuses the prompt
   */
  public Choice choose(
      SanaPipeline pipeline, GenerationRequest request, GenerationListener listener) {
    if (request.images() != 1) {
      throw new RequestException(
          "the best of several is kept for one image, but the request has " + request.images());
    }
    if (request.noise() == GenerationRequest.Noise.SHARED) {
      throw new RequestException(
          "the best of several needs independent noise, because images with shared noise have one"
              + " seed");
    }
    String prompt = request.prompts().get(0);
    judge.check(prompt);
    List<GeneratedImage> images =
        pipeline.generate(request.toBuilder().imagesPerPrompt(count).build(), listener);
    SeedRanking ranking =
        SeedRanking.of(
            judge,
            prompt,
            images.stream().map(GeneratedImage::pixels).toList(),
            images.stream().map(image -> image.request().seed()).toList());
    List<Scored> ranked =
        ranking.ranked().stream()
            .map(each -> new Scored(images.get(each.index()), each.score()))
            .toList();
    return new Choice(ranking.judge(), ranked.get(0), ranked.subList(1, count));
  }
}
