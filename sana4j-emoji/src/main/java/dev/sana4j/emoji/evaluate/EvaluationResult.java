package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.image.RgbImage;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Result of an evaluation.
 *
 * @param model the model's folder
 * @param parameters weights of all its parts
 * @param dtype it computed in
 * @param device it computed on
 * @param options the options
 * @param steps of the sampler
 * @param guidance scale
 * @param scorers the scorers
 * @param rows one per kind and language
 * @param autoencoder the model's own
 * @param samples some of the images, for a contact sheet
 * @param seconds of all
 */
public record EvaluationResult(
    String model,
    long parameters,
    String dtype,
    String device,
    EvaluationOptions options,
    int steps,
    double guidance,
    ScorerSummary scorers,
    List<Row> rows,
    AutoencoderQuality autoencoder,
    List<Sample> samples,
    double seconds) {

  /** Copies the lists. */
  public EvaluationResult {
    rows = List.copyOf(rows);
    samples = List.copyOf(samples);
  }

  /**
   * Returns the time per image of a language, averaged over its rows.
   *
   * @param language of the prompts
   * @return seconds, the encoding of the prompts and the decoding included
   */
  public double secondsPerImage(Language language) {
    double sum = 0;
    int images = 0;
    for (Row row : rows) {
      if (row.language() == language) {
        sum += row.seconds();
        images += row.images();
      }
    }
    return sum / images;
  }

  /**
   * Origin and accuracy of the scorers.
   *
   * @param reused whether existing ones were used
   * @param seconds that their training took
   * @param real accuracy of each on real images of all rows together, by figure
   */
  public record ScorerSummary(
      boolean reused, double seconds, Map<ScorerKind, Map<String, Proportion>> real) {}

  /**
   * A figure of the model's images, and of real ones of the same scenes.
   *
   * @param made by the model
   * @param real drawn from the scenes
   */
  public record Compared(Proportion made, Proportion real) {}

  /**
   * Figures of one scorer for a row.
   *
   * @param figures {@code object}, {@code style} and so on
   * @param frechet distance of the features of the model's images from those of real ones of the
   *     same scenes
   * @param floor the same of two sets of as many real images of different scenes
   */
  public record Judged(Map<String, Compared> figures, double frechet, double floor) {}

  /**
   * Prompts of one kind in one language.
   *
   * @param kind of scenes
   * @param language of prompts
   * @param images how many
   * @param background computed only from pixels
   * @param scorers the figures of each
   * @param seconds that generating the images took
   */
  public record Row(
      Scene.Kind kind,
      Language language,
      int images,
      Compared background,
      Map<ScorerKind, Judged> scorers,
      double seconds) {

    /**
     * Returns the name of the row.
     *
     * @return for example {@code single en}
     */
    public String name() {
      return name(kind, language);
    }

    static String name(Scene.Kind kind, Language language) {
      return kind.name().toLowerCase(Locale.ROOT) + " " + language.code();
    }
  }

  /**
   * An image from the model.
   *
   * @param prompt the options
   * @param image the image
   */
  public record Sample(String prompt, RgbImage image) {}
}
