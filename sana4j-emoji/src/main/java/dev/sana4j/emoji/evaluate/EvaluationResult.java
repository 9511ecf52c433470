package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.image.RgbImage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Results of an evaluation.
 *
 * @param model folder of the model
 * @param parameters number of weights of all its parts
 * @param dtype dtype of its networks
 * @param device device of its networks
 * @param options options of the evaluation
 * @param steps steps of the sampler
 * @param guidance guidance scale
 * @param scorers the scorers
 * @param rows one per kind and language
 * @param wordOrder how much the text encoder encodes the order of words; null without pairs
 * @param autoencoder quality of the model's autoencoder
 * @param samples some of the images, for a contact sheet
 * @param seconds duration of the evaluation
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
    @Nullable WordOrder wordOrder,
    AutoencoderQuality autoencoder,
    List<Sample> samples,
    double seconds) {

  /** Copies the lists. */
  public EvaluationResult {
    rows = List.copyOf(rows);
    samples = List.copyOf(samples);
  }

  /**
   * Returns the mean time per image over the rows of a language.
   *
   * @param language language of the prompts
   * @return seconds per image, including encoding of the prompts and decoding
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
   * @param reused whether existing scorers were used
   * @param seconds duration of their training, also if it was earlier
   * @param real accuracy of each scorer on real images of all rows together, by property
   */
  public record ScorerSummary(
      boolean reused, double seconds, Map<ScorerKind, Map<String, Proportion>> real) {}

  /**
   * A metric of the model's images, and of real images of the same scenes.
   *
   * @param made value of the model's images
   * @param real value of images drawn from the scenes
   */
  public record Compared(Proportion made, Proportion real) {}

  /**
   * Result of one scorer for a row.
   *
   * @param figures {@code object}, {@code style} and so on
   * @param frechet distance of the features of the model's images from those of real ones of the
   *     same scenes
   * @param floor the same distance between two sets of as many real images of different scenes
   */
  public record Judged(Map<String, Compared> figures, double frechet, double floor) {}

  /**
   * Prompts of one kind in one language.
   *
   * @param kind kind of the scenes
   * @param language language of the prompts
   * @param images number of images
   * @param background correct backgrounds, found from pixels without a scorer
   * @param scorers result of each scorer
   * @param seconds duration of generating the images
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
   * An image that the model has generated.
   *
   * @param prompt the prompt
   * @param image the image
   */
  public record Sample(String prompt, RgbImage image) {}
}
