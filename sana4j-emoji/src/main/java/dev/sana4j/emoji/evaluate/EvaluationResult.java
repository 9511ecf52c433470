package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.image.RgbImage;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an evaluation found.
 *
 * @param model the model's folder
 * @param parameters weights of all its parts
 * @param dtype it computed in
 * @param device it computed on
 * @param options what was asked
 * @param steps of the sampler
 * @param guidance scale
 * @param scorers who judged
 * @param rows one a kind and language
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
   * How long an image of a language took, on the average of its rows.
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
   * How the scorers came to be.
   *
   * @param reused whether they were there already
   * @param seconds of their training, whenever that was
   * @param real how often each is right about real images of all rows together, by what it says
   */
  public record ScorerSummary(
      boolean reused, double seconds, Map<ScorerKind, Map<String, Proportion>> real) {}

  /**
   * A figure of the model's images beside that of real ones of the same scenes.
   *
   * @param made by the model
   * @param real drawn from the scenes
   */
  public record Compared(Proportion made, Proportion real) {}

  /**
   * What one scorer says of a row.
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
   * @param background judged by pixels alone
   * @param scorers what each says
   * @param seconds that the images took
   */
  public record Row(
      Scene.Kind kind,
      Language language,
      int images,
      Compared background,
      Map<ScorerKind, Judged> scorers,
      double seconds) {

    /**
     * What to call it.
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
   * An image that the model made.
   *
   * @param prompt what was asked
   * @param image what came
   */
  public record Sample(String prompt, RgbImage image) {}
}
